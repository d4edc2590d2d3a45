// How many threads share large work.

import Glibc

public enum Processors {
    /// As many as there are processors, up to 8. No result's bits depend on it.
    public static let threads = Int32(clamping: min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 8))
}
