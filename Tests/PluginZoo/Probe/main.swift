import Glibc
import PluginHost

exit(PluginValidator.runChild(Array(CommandLine.arguments.dropFirst())))
