import Glibc
import Host

@main
enum Main {
  static func main() async {
    let words = CommandLine.arguments
    exit(await AgentCommand.execute(words.first ?? "tenon", Array(words.dropFirst())))
  }
}
