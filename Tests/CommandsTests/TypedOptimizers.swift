// The optimizers of the catalogue, written out as rules.

extension OwnMembersTests {
    /// The optimizers as a learner would write them.
    static let typed: [String: String] = [
        "sgd": "lr=0.001 { w = w - lr*grad }",
        "momentum": "lr=0.001 momentum=0.9 { velocity = momentum*velocity + g; w = w - lr*velocity }",
        "nesterov": "momentum=0.9 { velocity = momentum*velocity + g\n  w = w - lr*(g + momentum*velocity) }",
        "adagrad": "lr=0.01 eps=1e-10 { G = G + g^2; w = w - lr*g/(sqrt(G) + eps) }",
        "rmsprop": "lr=0.01 rho=0.99 eps=1e-8 { G = rho*G + (1 - rho)*grad^2; w = w - lr*(g/(sqrt(G) + eps)) }",
        "adam": """
        lr=0.001 beta1=0.9 beta2=0.999 eps=1e-8 {
          m = beta1*m + (1 - beta1)*g   # the mean gradient
          v = beta2*v + (1 - beta2)*g^2
          mhat = m/(1 - beta1^t); vhat = v/(1 - beta2^t)

          w = w - lr*mhat/(sqrt(vhat) + eps)
        }
        """,
        "adamw": """
        lr=0.001 b1=0.9 b2=0.999 decay=0.01 {
          w = w - lr*decay*w; m = b1*m + (1 - b1)*g; v = b2*v + (1 - b2)*g^2
          mhat = m/(1 - b1^t); w = w - lr*mhat/(sqrt(v/(1 - b2^t)) + 1e-8) }
        """,
        "adadelta": """
        lr=1 rho=0.9 eps=1e-6 { G = rho*G + (1 - rho)*g^2; change = sqrt(D + eps)/sqrt(G + eps)*g
          D = rho*D + (1 - rho)*change^2; w = w - lr*change }
        """,
        "adamax": """
        lr=0.002 beta1=0.9 beta2=0.999 { m = beta1*m + (1 - beta1)*g; u = max(beta2*u, abs(g) + 1e-8)
          w = w - lr/(1 - beta1^t)*m/u }
        """,
        "nadam": """
        lr=0.002 beta1=0.9 beta2=0.999 product=1 decay=0.004 {
          now = beta1*(1 - 0.5*0.96^(t*decay)); next = beta1*(1 - 0.5*0.96^((t + 1)*decay))
          product = product*now; m = beta1*m + (1 - beta1)*g; v = beta2*v + (1 - beta2)*g^2
          root = sqrt(v/(1 - beta2^t)) + 1e-8; ahead = next*m/(1 - product*next)
          w = w - lr*((1 - now)*g/(1 - product) + ahead)/root }
        """,
        "lion": """
        lr=0.001 beta1=0.9 beta2=0.99 { c = beta1*m + (1 - beta1)*g; m = beta2*m + (1 - beta2)*g; w = w - lr*sign(c) }
        """,
    ]
}
