import BoundKeypairAgent
import Credentials
import Documents
import Foundation
import PluginKit
import Testing

@testable import PluginHost

/// `keypair create`: the texts and the JSON an operator and their scripts see.
@Suite("keypair create") struct KeypairCreateTests {
  private let machine = Machine()

  private func run(
    overwrite: Bool = false, format: KeypairCommand.Format = .text, isStatic: Bool = false,
    storage: String? = "/var/lib/bot", keyPath: String? = nil,
    discovery: String = #"{"auth":{"signature_algorithm_suite":"balanced-v1"}}"#
  ) throws -> KeypairCommand.Output {
    let table = SourcePlugin.agentTable(machine.services)
    return try withExtendedLifetime(table) {
      var command = KeypairCommand()
      command.storage = storage
      command.overwrite = overwrite
      command.isStatic = isStatic
      command.keyPath = keyPath
      command.format = format
      return try command.run(
        host: PluginKit.Host(table.host),
        discovery: { () throws(PluginError) in [UInt8](discovery.utf8) },
        write: { path, content throws(PluginError) in
          guard path != "/full" else { throw PluginError(5, "no space is left") }
          machine.storage[path] = String(decoding: content, as: UTF8.self)
        })
    }
  }

  private var line: String {
    (machine.storage["id_bkp.pub"] ?? "").trimmingCharacters(in: .newlines)
  }

  @Test("the first run writes a key and says where the public half goes")
  func firstRun() throws {
    let output = try run()
    #expect(
      output.log == [
        "INFO [TENON] keypair has been written to storage storage:/var/lib/bot"
      ])
    #expect(line.hasPrefix("ssh-ed25519 AAAA"))
    #expect(output.out.contains("spec.bound_keypair.onboarding.initial_public_key"))
    #expect(output.out.hasSuffix("\n\t" + line + "\n"))
    let stored = try PrivateKey(pem: try #require(machine.storage["id_bkp"]))
    #expect(stored.publicKey.authorizedKey == line)
    #expect(machine.history.count == 1 && machine.storage["bkp_state"] == nil)
  }

  @Test("an existing key is printed again and left alone")
  func secondRun() throws {
    _ = try run()
    let before = machine.storage.records
    let output = try run(discovery: "the cluster is not asked")
    #expect(machine.storage.records == before)
    #expect(output.log.count == 1 && output.log[0].hasPrefix("WARN [TENON] a keypair exists"))
    #expect(output.log[0].contains("--overwrite"))
    #expect(output.out.hasSuffix("\n\t" + line + "\n"))
  }

  @Test("--overwrite replaces the key with a warning and keeps the old one in the history")
  func overwrite() throws {
    _ = try run()
    let old = line
    let output = try run(overwrite: true)
    #expect(line != old && output.out.contains(line) && !output.out.contains(old))
    #expect(output.log.count == 2 && output.log[0].hasPrefix("WARN [TENON]"))
    #expect(machine.history.count == 2)
  }

  @Test("--overwrite without a key warns of nothing")
  func overwriteNothing() throws {
    #expect(try run(overwrite: true).log.count == 1)
  }

  @Test("JSON is one object with the public key and nothing else")
  func json() throws {
    let output = try run(format: .json)
    let object = try JSONSerialization.jsonObject(with: Data(output.out.utf8))
    #expect(object as? [String: String] == ["public_key": line])
    #expect(output.out.hasSuffix("}\n") && !output.out.contains("PRIVATE"))
    #expect(try run(format: .json).out == output.out)
  }

  @Test("the kind of key follows the cluster's suite, by name or number")
  func suites() throws {
    for (suite, type) in [
      (#""legacy""#, "ssh-ed25519"), (#""balanced-v1""#, "ssh-ed25519"),
      (#""hsm-v1""#, "ssh-ed25519"), (#""fips-v1""#, "ecdsa-sha2-nistp256"),
      (#""""#, "ssh-ed25519"),
      ("0", "ssh-ed25519"), ("1", "ssh-ed25519"), ("2", "ssh-ed25519"),
      ("3", "ecdsa-sha2-nistp256"), ("4", "ssh-ed25519"), ("null", "ssh-ed25519"),
    ] {
      _ = try run(
        overwrite: true, discovery: #"{"auth":{"signature_algorithm_suite":\#(suite)}}"#)
      #expect(line.hasPrefix(type + " "), "\(suite)")
    }
    _ = try run(overwrite: true, discovery: #"{"auth":{"type":"local"}}"#)
    #expect(line.hasPrefix("ssh-ed25519 "))
  }

  @Test("an answer that is no discovery document is refused and nothing is written")
  func wrongServer() throws {
    for text in ["", "<html>", "{}", "[]", "null"] {
      #expect {
        _ = try run(discovery: text)
      } throws: {
        ($0 as? PluginError)?.message.contains("/webapi/find") == true
          && ($0 as? PluginError)?.hint == "check --proxy-server"
      }
    }
    #expect(machine.storage.written.isEmpty)
  }

  @Test("a full disk is an error and no public key is printed")
  func fullDisk() throws {
    machine.storage.fail(afterWrites: 1)
    #expect {
      _ = try run()
    } throws: { ($0 as? PluginError)?.message == "no space is left" }
  }

  @Test("without a storage it says what to pass, and a storage in memory is none")
  func noStorage() throws {
    for storage in [nil, "memory://", "memory:"] {
      #expect {
        _ = try run(storage: storage)
      } throws: {
        guard let error = $0 as? PluginError else { return false }
        return error.code == 1 && error.hint.contains("--static")
          && (storage == nil) == (error.message == "--storage is required")
      }
    }
    #expect(machine.storage.written.isEmpty)
  }

  @Test("--static prints a key pair, stores nothing, and says what the token needs")
  func staticText() throws {
    let output = try run(isStatic: true, storage: nil)
    #expect(output.log.isEmpty && machine.storage.written.isEmpty)
    #expect(output.out.contains("`insecure`"))
    let lines = output.out.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let export = try #require(
      lines.first { $0.hasPrefix("export TBOT_BOUND_KEYPAIR_STATIC_KEY=") })
    let encoded = try #require(export.split(separator: "=", maxSplits: 1).last)
    let pem = try #require(Data(base64Encoded: String(encoded)))
    let key = try PrivateKey(pem: String(decoding: pem, as: UTF8.self))
    #expect(output.out.hasSuffix("\n\t" + key.publicKey.authorizedKey + "\n"))
    #expect(try run(isStatic: true, storage: nil).out != output.out, "a new key each time")
  }

  @Test("--static with JSON is an object of both halves, and the key joins")
  func staticJSON() async throws {
    let output = try run(
      format: .json, isStatic: true,
      discovery: #"{"auth":{"signature_algorithm_suite":"fips-v1"}}"#)
    #expect(output.log == ["WARN [TENON] --storage is not used, a static key is stored nowhere"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [String: String])
    #expect(object.keys.sorted() == ["private_key", "public_key"])
    let line = try #require(object["public_key"])
    #expect(line.hasPrefix("ecdsa-sha2-nistp256 "))
    let cluster = try Cluster(.source)
    let spec = Node.object([
      ("onboarding", .object([("initial_public_key", .text(line))])),
      ("recovery", .object([("mode", .text("insecure"))])),
    ])
    #expect(try await cluster.admit(spec).isEmpty)
    var immutable = Machine()
    immutable.config["static_private_key"] = .secret(try #require(object["private_key"]))
    #expect(try await cluster.join(&immutable).joined)
    #expect(machine.storage.written.isEmpty && immutable.storage.written.isEmpty)
  }

  @Test("--static-key-path takes the private key out of the answer")
  func staticFile() throws {
    let output = try run(isStatic: true, storage: nil, keyPath: "/run/key")
    #expect(output.log == ["INFO [TENON] static private key has been written path:/run/key"])
    #expect(output.out.contains("static_private_key_path") && !output.out.contains("export "))
    let key = try PrivateKey(pem: try #require(machine.storage["/run/key"]))
    #expect(output.out.hasSuffix("\n\t" + key.publicKey.authorizedKey + "\n"))
    let json = try run(format: .json, isStatic: true, storage: nil, keyPath: "/run/key")
    let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: String]
    #expect(object?.keys.sorted() == ["public_key"])
  }

  @Test("--static-key-path that cannot be written, or without --static, is an error")
  func staticFileRefused() throws {
    #expect {
      _ = try run(isStatic: true, storage: nil, keyPath: "/full")
    } throws: { ($0 as? PluginError)?.message == "no space is left" }
    #expect {
      _ = try run(keyPath: "/run/key")
    } throws: { ($0 as? PluginError)?.message == "--static-key-path is for static keys only" }
    #expect(machine.storage.records.isEmpty)
  }

  @Test("a key made beforehand joins by initial_public_key")
  func joinsAfterwards() async throws {
    _ = try run()
    var machine = machine
    let cluster = try Cluster(.source)
    let spec = Node.object([
      ("onboarding", .object([("initial_public_key", .text(line))])),
      ("recovery", .object([("limit", .integer(1))])),
    ])
    #expect(try await cluster.admit(spec).isEmpty)
    let attempt = try await cluster.join(&machine)
    #expect(attempt.joined && attempt.rotations == 0 && attempt.challenges == 1)
  }
}
