import Authority
import Glibc

@main
enum Main {
  static func main() async {
    exit(await TenondCommand.execute(Array(CommandLine.arguments.dropFirst())))
  }
}
