"""When early stopping ends: rows of validation losses given to Keras' callback and to PyTorch's ReduceLROnPlateau."""
import json
import os

from fixture import FIXTURES, keras, numpy, torch


class Model:
    """What the callback asks a model for: its weights are the number of the epoch."""

    stop_training = False
    epoch = 0
    restored = None

    def get_weights(self):
        return self.epoch

    def set_weights(self, weights):
        self.restored = weights


def with_keras(losses, patience, min_delta):
    callback = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="min", patience=patience, min_delta=min_delta, restore_best_weights=True
    )
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.epoch = epoch + 1
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    callback.on_train_end()
    return {"stopped": model.epoch if model.stop_training else None, "best": model.restored}


def with_torch(losses, patience, min_delta):
    """The plateau is over when the rate falls for the first time; its best loss tells the epoch."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=patience, threshold=min_delta, threshold_mode="abs"
    )
    best = 1
    for epoch, loss in enumerate(losses, 1):
        before = plateau.best
        plateau.step(loss)
        if plateau.best != before:
            best = epoch
        if optimizer.param_groups[0]["lr"] < 1:
            return {"stopped": epoch, "best": best}
    return {"stopped": None, "best": best}


def rows():
    yield [1, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99]
    yield [1, 2, 3, 4, 5, 6, 7]
    yield [1, 1, 1, 1, 1, 1, 1]
    yield [5, 4, 3, 2, 1, 0.5, 0.25]
    yield [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7]
    yield [2, 1, 1.5, 0.9, 1.5, 1.4, 0.8, 1.2, 1.3, 1.4, 1.5]
    generator = numpy.random.default_rng(3)
    for _ in range(20):
        yield numpy.round(generator.uniform(0.5, 1.5, 12) + numpy.linspace(0.5, 0, 12), 2).tolist()


def main():
    cases = []
    for losses in rows():
        for patience in [0, 1, 2, 3, 5]:
            for min_delta in [0.0, 0.05, 0.25]:
                for rule, oracle in [("keras", with_keras), ("torch", with_torch)]:
                    case = {"rule": rule, "patience": patience, "min_delta": min_delta, "losses": losses}
                    cases.append(case | oracle(losses, patience, min_delta))
    with open(os.path.join(FIXTURES, "early_stopping.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    print(f"early_stopping.json: {len(cases)} cases")


if __name__ == "__main__":
    main()
