import Foundation
import Testing
import Wire

@Suite struct AdminTests {
  /// Runs a socket in a directory of its own, then stops it and expects it to be gone.
  private func withSocket(_ body: (String) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try await body(directory.appending(path: "admin.sock").path)
  }

  private func running(_ path: String, _ body: (AdminClient) async throws -> Void) async throws {
    let listener = AdminListener(path: path, handler: FakeAdmin())
    let task = Task { try await listener.run() }
    let isReady = await listener.waitUntilReady()
    #expect(isReady)
    try await body(AdminClient(path: path))
    listener.shutdown()
    try await task.value
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func everyCallReachesTheHandlerAndComesBack() async throws {
    try await withSocket { path in
      try await running(path) { client in
        let applied = try await client.apply(yaml: Array("kind: bot".utf8), force: true)
        #expect(applied == [AppliedResource(kind: "bot", name: "9", created: false)])
        let all = try await client.get(kind: "token", name: nil)
        #expect(String(decoding: all, as: UTF8.self) == "[token all \(getuid())]")
        let one = try await client.get(kind: "token", name: "a")
        #expect(String(decoding: one, as: UTF8.self) == "[token a \(getuid())]")
        let status = try await client.status()
        #expect(
          status
            == ClusterStatus(
              clusterName: "test.example", version: "1.0.0", caPins: ["sha256:aa", "sha256:bb"]))
        #expect(try await client.export(authority: "tls-host") == Array("tls-host".utf8))
      }
    }
  }

  @Test func aReplacementCarriesTheRevisionThatWasFetched() async throws {
    try await withSocket { path in
      try await running(path) { client in
        let found = try await client.fetch(kind: "token", name: "a")
        #expect(String(decoding: found.document, as: UTF8.self) == "{token a}")
        let yaml = Array("kind: bot".utf8)
        try await client.replace(yaml: yaml, revision: found.revision, unlocks: true)
        let refused = await #expect(throws: RPCError.self) {
          try await client.replace(yaml: yaml, revision: found.revision + 1, unlocks: false)
        }
        #expect(refused?.code == .compareFailed)
        #expect(refused?.message == "revision \((1 << 40) + 1) unlocks false")
      }
    }
  }

  @Test func errorsKeepTheirCodeAndText() async throws {
    try await withSocket { path in
      try await running(path) { client in
        let missing = await #expect(throws: RPCError.self) {
          try await client.remove(kind: "bot", name: "x")
        }
        #expect(missing?.code == .notFound)
        #expect(missing?.message == "bot/x does not exist")
        let empty = await #expect(throws: RPCError.self) {
          _ = try await client.apply(yaml: [], force: false)
        }
        #expect(empty?.code == .badParameter)
        #expect(empty?.message == "line 1: there is no document\nline 2: neither is there one")
      }
    }
  }

  @Test func anAnswerThatIsTooLongIsReplacedByAReason() async throws {
    try await withSocket { path in
      try await running(path) { client in
        let error = await #expect(throws: RPCError.self) {
          _ = try await client.export(authority: "everything")
        }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.hasSuffix("ask for one resource by name") == true)
      }
    }
  }

  @Test func aMissingFolderIsMadeButNotAWholePath() async throws {
    try await withSocket { path in
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: "new")
      try await running(folder.appending(path: "admin.sock").path) { client in
        let status = try await client.status()
        #expect(status.clusterName == "test.example")
      }
      let deep = folder.appending(path: "a/b/admin.sock").path
      let refused = await #expect(throws: RPCError.self) {
        try await AdminListener(path: deep, handler: FakeAdmin()).run()
      }
      #expect(refused?.message.contains("cannot make the folder \(folder.path)/a/b") == true)
      #expect(refused?.message.contains("choose another socket path") == true)
    }
  }

  @Test func onlyTheOwnerMayOpenTheSocketFile() async throws {
    try await withSocket { path in
      try await running(path) { _ in
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let files = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(files == ["admin.sock"])
      }
    }
  }

  @Test func aSocketThatALivingServerAnswersIsLeftAlone() async throws {
    try await withSocket { path in
      try await running(path) { client in
        let second = AdminListener(path: path, handler: FakeAdmin())
        let error = await #expect(throws: RPCError.self) { try await second.run() }
        #expect(error?.code == .alreadyExists)
        let isReady = await second.waitUntilReady()
        #expect(!isReady)
        let status = try await client.status()
        #expect(status.clusterName == "test.example")
      }
    }
  }

  @Test func aSocketWhoseServerDiedIsReplaced() async throws {
    try await withSocket { path in
      try leaveDeadSocket(at: path)
      try await running(path) { client in
        let status = try await client.status()
        #expect(status.version == "1.0.0")
      }
    }
  }

  @Test func aFileThatIsNoSocketIsNotReplaced() async throws {
    try await withSocket { path in
      try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
      let listener = AdminListener(path: path, handler: FakeAdmin())
      let error = await #expect(throws: RPCError.self) { try await listener.run() }
      #expect(error?.message == "\(path) exists and is not a socket; choose another path")
      let kept = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(kept == Data("precious".utf8))
    }
  }

  @Test func aShutdownBeforeTheSocketIsOpenLeavesNothingBehind() async throws {
    try await withSocket { path in
      let listener = AdminListener(path: path, handler: FakeAdmin())
      listener.shutdown()
      try await listener.run()
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func cancellingBeforeTheSocketIsOpenLeavesNothingBehind() async throws {
    try await withSocket { path in
      let listener = AdminListener(path: path, handler: FakeAdmin())
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await listener.run()
      }
      try await task.value
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func withoutAServerTheErrorSaysWhatToStart() async throws {
    try await withSocket { path in
      let missing = await #expect(throws: RPCError.self) {
        _ = try await AdminClient(path: path).status()
      }
      #expect(missing?.message == "no admin socket at \(path); start tenond, or name its socket")
      try leaveDeadSocket(at: path)
      let dead = await #expect(throws: RPCError.self) {
        _ = try await AdminClient(path: path).status()
      }
      #expect(dead?.message == "nobody answers at \(path); start tenond")
    }
  }

  @Test(arguments: [[0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 3, 1, 2, 3], [0, 0, 0]] as [[UInt8]])
  func garbageGetsNoAnswerOrARefusalAndTheServerStaysUp(_ bytes: [UInt8]) async throws {
    try await withSocket { path in
      try await running(path) { client in
        let socket = try RawSocket(unix: path)
        socket.write(bytes)
        socket.shutdownWriting()
        let reply = await socket.readToEnd()
        #expect(reply.isEmpty || reply.count > 4)
        let status = try await client.status()
        #expect(status.version == "1.0.0")
      }
    }
  }

  private func leaveDeadSocket(at path: String) throws {
    let socket = try RawSocket(listeningOnUnix: path)
    socket.close()
    #expect(FileManager.default.fileExists(atPath: path))
  }
}
