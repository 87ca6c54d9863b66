import Foundation
import Testing

@testable import PluginHost

/// What a folder of plugins offers, and what an operator reads when it does not.
@Suite struct CatalogTests {
  private let zoo: Zoo

  init() throws { zoo = try Zoo() }

  private var catalog: PluginCatalog {
    PluginCatalog(directory: zoo.directory, policy: zoo.policy)
  }

  @Test func pluginsAreFoundByWhatTheyOffer() throws {
    try zoo.build("good")
    try zoo.build("other-id")
    try zoo.build("commands", as: "third.so")
    #expect(catalog.refusals.map(\.check) == ["catalog-duplicate"])
    #expect(catalog.plugins.map(\.manifest.id) == ["org.example.zoo", "org.example.other"])
    #expect(try catalog.joinMethod("other").manifest.joinMethod?.initField == 77)
    #expect(try catalog.joinMethod("other").manifest.isPinned)
    #expect(catalog.joinVerifiers.isEmpty)
    #expect(catalog.commands.isEmpty)
  }

  @Test func aSecondFileWithTheSameIdIsRefused() throws {
    let first = try zoo.build("good", as: "a.so")
    let second = try zoo.build("good", as: "b.so")
    let refusal = try #require(catalog.refusals.first)
    #expect(refusal.path == second)
    #expect(refusal.reason == "has the same id as \(first): org.example.zoo")
    #expect(refusal.remedy == "remove one of the two files")
  }

  @Test func otherFilesAreLeftAlone() throws {
    try zoo.build("good", as: "good.so.new")
    try zoo.build("good", as: ".hidden.so")
    try zoo.build("good", as: "libgood.so.1")
    #expect(catalog.plugins.isEmpty)
    #expect(catalog.refusals.isEmpty)
  }

  @Test func aMissingMethodNamesThePackageAndTheFolder() throws {
    let refusal = #expect(throws: PluginRefusal.self) { try catalog.joinMethod("far_away") }
    #expect(refusal?.check == "catalog-missing")
    #expect(refusal?.reason == "no installed plugin offers the join method \"far_away\"")
    #expect(
      refusal?.remedy == "install the package that ships it, by its usual name "
        + "tenon-far-away-agent.so, into \(zoo.directory)")
    #expect(throws: PluginRefusal.self) { try catalog.joinVerifier("far_away") }
    #expect(throws: PluginRefusal.self) { try catalog.output("far/away") }
  }

  @Test func aMissingMethodMentionsFilesThatWereRefused() throws {
    try zoo.chmod(zoo.build("good"), 0o777)
    let refusal = #expect(throws: PluginRefusal.self) { try catalog.joinMethod("zoo") }
    #expect(
      refusal?.reason == "no installed plugin offers the join method \"zoo\" (1 refused there: "
        + "good.so: can be written by its group or by others (mode 0777))")
  }

  @Test func aFolderThatCannotBeReadIsARefusalAndAMissingOneIsNot() throws {
    let missing = PluginCatalog(directory: zoo.path("absent"), policy: zoo.policy)
    #expect(missing.plugins.isEmpty && missing.refusals.isEmpty)
    let file = try zoo.build("good")
    let unreadable = PluginCatalog(directory: file, policy: zoo.policy)
    #expect(unreadable.refusals.map(\.check) == ["catalog-directory"])
    #expect(unreadable.refusals.first?.reason == "cannot be read: Not a directory")
  }
}
