// Session: everything that a learner has built and where the training stands, as one value.

import Formulas
import Learning
import Tensors

/// The whole state of a session. A command changes a copy of it, which becomes the session only when the command
/// succeeds; copies share storage until they are written.
public struct Session: Sendable {
    /// A name whose value is computed from parameters or from the batch.
    struct Live: Sendable {
        let node: Int
        /// The value when the name was defined, shown until the first forward that computes it.
        let initial: Tensor?
    }

    /// Names with captured values.
    var plain: [String: Tensor] = [:]
    /// The definitions of all live names; it only grows, so node numbers stay.
    var graph = Graph()
    var live: [String: Live] = [:]
    /// Live names in the order of their definition.
    var liveOrder: [String] = []
    /// The graph's node of each parameter and batch input.
    var leaves: [String: Int] = [:]
    /// Live names whose first value still belongs to the present parameters.
    var freshNames: Set<String> = []
    var layout = ParameterLayout()
    /// The parameters that training leaves alone.
    var frozen: Set<String> = []
    /// How each parameter got the value from which its updates began.
    var origins: [String: Origin] = [:]
    var network: Network?
    /// The node of the network's outputs, whatever the name `out` stands for.
    var networkOutput: Int?
    /// The network in evaluation, where that differs from training.
    var evaluation: Evaluation?
    /// Restricted Boltzmann machines, whose weights stay when a net is built.
    var stack: BoltzmannStack?
    /// The last step of Gibbs sampling.
    var gibbs: GibbsStep?
    var loss: ChosenLoss?
    /// The names that the net's loss gives to nodes on its way.
    var lossParts: [String] = []
    /// The live name that is minimised.
    var objective: String?
    /// What the objective is made of, when a penalty is added to it.
    var parts: ObjectiveParts?
    var regularizer: ChosenRegularizer?
    var optimizer: ChosenOptimizer?
    var clipping: ChosenClipping?
    /// The settings of the max-norm constraint, when it is chosen.
    var maxNorm: Settings?
    /// The settings of early stopping, when it is chosen.
    var earlyStopping: Settings?
    /// Where defaults come from, when not from the program itself.
    var profile: Profile?
    /// Rules and activations of one's own.
    var own = OwnMembers()
    /// How the rate changes; without a schedule it stays.
    var schedule = ChosenSchedule.constant
    /// What the last attack did.
    var attacked: AttackedSamples?
    /// The landscape that was built last.
    var landscape: ChosenLandscape?
    var data: DataPipeline?
    /// Where the data come from, when the catalogue has them.
    var dataOrigin: DataOrigin?
    /// What changes the batches of training, in this order.
    var augmentations: [ChosenAugmentation] = []
    /// The pretext task that training and evaluation are about, in place of labels.
    var pretext: ChosenPretext?
    /// The batch as it was given by hand.
    var batchByHand: [String: Tensor] = [:]
    /// The shape of samples that were given by hand as images for a pretext task.
    var imageByHand: Shape?
    /// Whether `backward` adds to the gradients that are there.
    var accumulates = false
    var training = TrainingState()
    var step = StepState()
    /// Moments of the present run from which others can be computed again.
    var track: Track
    /// What ends or accompanies rows of steps.
    var stops: [Stop] = []
    /// The steps that a stop has left to do.
    var interrupted: StepPlan?
    /// What the last `trials` gave, one value for each.
    var trials = Trials()
    /// The name of this way on, and the others as they were left.
    var fork = "main"
    var forks: [String: History.Snapshot] = [:]
    /// Compiled plans of the present definitions, by the number of samples in the batch.
    var tapes: [Int: Tape] = [:]
    public var digits = Digits.significant(6)

    public init(seed: UInt64 = 0, trackLimits: TrackLimits = TrackLimits()) {
        track = Track(trackLimits)
        training.random = Random(seed: seed)
    }

    struct ChosenLoss: Sendable {
        let member: Loss
        let settings: Settings
    }

    struct ChosenLandscape: Sendable {
        let member: Landscape
        let settings: Settings
        /// The node that is its height.
        let node: Int
    }
}

/// What training changes: all that a later step depends on besides the definitions.
struct TrainingState: Sendable {
    /// All parameters, as the layout says.
    var parameters: [Double] = []
    /// The optimizer's slots, one after the other, each laid out as the parameters.
    var slots: [Double] = []
    /// Updates done in this run.
    var updates = 0
    /// The parameters that the last update changed, by their place in the layout.
    var updated: [Int] = []
    /// Updates done since the optimizer was chosen, for bias correction.
    var optimizerUpdates = 0
    /// Epochs completed.
    var epoch = 0
    /// Samples that the updates have used, each as often as it was used.
    var samples = 0
    /// Gradients that were computed, counted a sample each.
    var evaluations = 0
    /// The samples of this epoch in order, and how many of them were drawn.
    var order: [Int] = []
    var drawn = 0
    /// The present batch, as positions in the training part.
    var batch: [Int] = []
    var batchIsUsed = true
    /// Masks and running statistics of the layers.
    var layers = LayerState()
    var random = Random(seed: 0)
}

/// What the last phases computed.
struct StepState: Sendable {
    enum Gradient: Sendable {
        case none
        case computed
        case imposed
        /// An update has used it.
        case stale
    }

    /// The phase under way, when it was entered by `next` and is not finished.
    struct Cursor: Sendable {
        enum Phase: String, Sendable {
            case forward
            case backward
            case update
        }

        let phase: Phase
        /// How many nodes (or, in an update, parameters) are done.
        var done = 0
    }

    /// The plan that the values belong to.
    var tape: Tape?
    var values: [Double] = []
    /// How many updates the run had made when the values were computed.
    var time = 0
    /// Laid out as the parameters.
    var gradients: [Double] = []
    /// How each parameter's gradient came about, in the order of the layout.
    var status: [Gradient] = []
    /// Whether the values belong to the present parameters and definitions.
    var isFresh = false
    /// Whether they did when the last update used them.
    var wasFresh = false
    /// Whether the gradients of inner nodes belong to the values.
    var hasGradients = false
    /// The parameters whose gradient was imposed, not computed.
    var imposed: Set<String> = []
    var cursor: Cursor?
    /// The gradients before the last backward, where it adds to them.
    var carried: [Double] = []
    /// The parameters of the update under way, by their place in the layout.
    var updating: [Int] = []
    /// The gradients that the update reads, where they are clipped.
    var clipped: [Double] = []
    /// Where the last forward was evaluated, when not at the parameters themselves (Nesterov's look-ahead).
    var shifted: [Double]?
}
