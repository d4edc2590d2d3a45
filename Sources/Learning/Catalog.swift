// Catalog: every member in one place. A new member is one file and one line here.

public enum Catalog {
    public static let activations: [Activation] = [
        .relu, .leakyReLU, .gelu, .silu, .sigmoid, .tanh, .softplus, .softmax, .logSoftmax,
    ]
    public static let layers: [Layer] = [.dense, .conv, .maxPool, .flatten, .skip, .dropout, .batchNorm]
    public static let losses: [Loss] = [.mse, .mae, .huber, .crossEntropy, .bce, .hinge]
    public static let optimizers: [Optimizer] = [
        .sgd, .momentum, .nesterov, .adagrad, .rmsprop, .adam, .adamw, .adadelta, .adamax, .nadam, .lion, .newton,
    ]
    public static let initializers: [Initializer] = [
        .glorotUniform, .glorotNormal, .heUniform, .heNormal, .lecunUniform, .lecunNormal, .uniform, .normal, .zeros,
        .constant, .torch,
    ]
    public static let regularizers: [Regularizer] = [.l1, .l2, .elastic]
    public static let clippings: [Clipping] = [.norm, .value]
    public static let profiles: [Profile] = [.torch, .keras, .doc002]
    public static let data: [DataSource] = [
        .iris, .xor, .moons, .spiral, .blobs, .glyphs, .bars, .polynomial, .sparse,
    ]
    public static let schedules: [Schedule] = [
        .constant, .step, .piecewise, .exponential, .polynomial, .cosine, .inverseTime,
    ]
    public static let augmentations: [Augmentation] = [
        .flip, .shift, .rotate, .noise, .cutout, .mixup, .cutmix, .adversarial,
    ]
    public static let attacks: [Attack] = [.fgsm, .pgd]
    public static let landscapes: [Landscape] = [
        .bowl, .parabola, .valley, .rotatedValley, .saddle, .twoBasins, .plateau, .rosenbrock, .coupled,
    ]
}
