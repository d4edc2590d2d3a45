// How many threads share large work.

import CKernels

public enum Processors {
    /// As many as there are processors on which the program may run, up to 8. No result's bits depend on it.
    public static let threads = min(Int32(ck_processors()), 8)
}
