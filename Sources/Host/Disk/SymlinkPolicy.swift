/// What a storage or destination path may run through (`symlinks` in the configuration).
///
/// The path is opened one component at a time with `O_NOFOLLOW`, which needs no `openat2` and holds on
/// kernels and in sandboxes that lack it. So the first two differ only in what a destination's folder
/// must be like.
enum SymlinkPolicy: String, Sendable, CaseIterable {
  /// No symbolic link, and the folder is the running user's or root's, writable by nobody else.
  case secure
  /// No symbolic link.
  case trySecure = "try-secure"
  /// Links are followed, nothing is asked of the folder.
  case insecure
}
