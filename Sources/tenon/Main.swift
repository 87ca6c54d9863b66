import Dispatch
import Glibc
import Host

@main
enum Main {
  static func main() {
    let program = CommandLine.arguments.first ?? "tenon"
    let words = Array(CommandLine.arguments.dropFirst())
    if let code = AgentCommand.executeAtOnce(program, words) { exit(code) }
    Task { exit(await AgentCommand.execute(program, words)) }
    dispatchMain()
  }
}
