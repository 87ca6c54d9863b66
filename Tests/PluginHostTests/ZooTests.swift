import Foundation
import Testing

@testable import PluginHost

/// Every plugin of the zoo is refused for its own reason, in words an operator can act on.
@Suite struct ZooTests {
  private let zoo: Zoo

  init() throws { zoo = try Zoo() }

  struct Animal: Sendable, CustomTestStringConvertible {
    let name: String
    let check: String
    let reason: String
    var testDescription: String { name }

    init(_ name: String, _ check: String, _ reason: String) {
      (self.name, self.check, self.reason) = (name, check, reason)
    }
  }

  @Test func aPluginWithoutFaultsIsLoaded() throws {
    #expect(try zoo.refusal("good") == nil)
  }

  @Test(arguments: [
    Animal(
      "wrong-abi", "manifest-abi", "was built for plugin ABI 9.1, this host has 0.1"),
    Animal("no-manifest", "manifest-note", "carries no Tenon manifest"),
    Animal("two-manifests", "manifest-note", "carries 2 Tenon manifests"),
    Animal(
      "garbage-manifest", "manifest-json",
      "has a faulty manifest: not JSON at line 1, column 15: "
        + "expected a key in double quotes, found ','"),
    Animal("unknown-key", "manifest-json", "has a faulty manifest: unknown key \"colour\""),
    Animal(
      "unknown-capability", "manifest-json",
      "has a faulty manifest: capability \"tenon.telepathy/1\" is not known to this host"),
    Animal(
      "unknown-need", "manifest-json",
      "has a faulty manifest: needs may name tpm, network, exec, not \"moonlight\""),
    Animal("extra-export", "file-exports", "exports zoo_helper beside tenon_module_open"),
    Animal("no-entry", "file-exports", "does not export tenon_module_open"),
    Animal("needs-library", "file-needed", "needs the library libresolv.so.2"),
    Animal("run-path", "file-runpath", "has the run path /opt/zoo"),
    Animal("executable-stack", "file-stack", "asks for an executable stack"),
  ])
  func aFileIsRefusedBeforeItsCodeRuns(_ animal: Animal) throws {
    let path = try zoo.build(animal.name)
    let refusal = try #require(throws: PluginRefusal.self) {
      _ = try CatalogEntry(path: path, policy: zoo.policy)
    }
    #expect(refusal.check == animal.check)
    #expect(refusal.reason == animal.reason)
    #expect(refusal.path == path)
    #expect(!refusal.remedy.isEmpty)
  }

  @Test(arguments: [
    Animal(
      "other-version", "describe-manifest", "does not describe itself as its manifest does"),
    Animal(
      "other-abi", "describe-manifest",
      "was built for plugin ABI 0.2 but its manifest says 0.1"),
    Animal("silent-open", "open-refused", "returned no module and no reason"),
    Animal("no-capability-function", "describe-slots", "has no get_capability function"),
    Animal("undefined-symbol", "open-load", "cannot be loaded: undefined symbol: zoo_feed"),
  ])
  func aModuleIsRefusedWhenItIsOpened(_ animal: Animal) throws {
    let refusal = try #require(try zoo.refusal(animal.name))
    #expect(refusal.check == animal.check)
    #expect(refusal.reason == animal.reason)
    #expect(!refusal.remedy.isEmpty)
  }
}
