import Authority
import Glibc

@main
enum Main {
  static func main() async {
    exit(await TenonctlCommand.execute(Array(CommandLine.arguments.dropFirst())))
  }
}
