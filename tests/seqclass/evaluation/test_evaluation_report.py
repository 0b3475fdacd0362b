"""Reports against scikit-learn, and where a figure has nothing to stand on."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import pytest

from seqclass.errors import DataError
from seqclass.evaluation.report import ClassReport, class_report, combine_results, number_report

LABELS = ("no", "off", "on", "yes")


@pytest.fixture
def case(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Probabilities (200, 4), truth (200,) and the groups of 200 items."""
    truth = rng.choice(4, size=200, p=[0.5, 0.3, 0.15, 0.05])
    scores = rng.random((200, 4)) + 0.8 * np.eye(4)[truth]
    return scores / scores.sum(axis=1, keepdims=True), truth, [f"s{number}" for number in rng.integers(0, 5, 200)]


def test_figures_equal_scikit_learns(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    from sklearn import metrics

    probabilities, truth, groups = case
    report = class_report(probabilities, truth, LABELS, groups)
    predicted = probabilities.argmax(axis=1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, predicted)
    assert report.accuracy == pytest.approx(metrics.accuracy_score(truth, predicted))
    assert report.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(truth, predicted))
    assert report.macro_f1 == pytest.approx(metrics.f1_score(truth, predicted, average="macro"))
    assert report.log_loss == pytest.approx(metrics.log_loss(truth, probabilities))
    assert np.array(report.confusion).tolist() == metrics.confusion_matrix(truth, predicted).tolist()
    figures = [report.per_class[label] for label in LABELS]
    assert [entry.precision for entry in figures] == pytest.approx(precision.tolist())
    assert [entry.recall for entry in figures] == pytest.approx(recall.tolist())
    assert [entry.f1 for entry in figures] == pytest.approx(f1.tolist())
    assert [entry.support for entry in figures] == support.tolist()


def test_a_class_that_is_never_named_counts_in_macro_f1_as_scikit_learn_counts_it() -> None:
    from sklearn import metrics

    truth, predicted = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0])
    report = class_report(np.eye(4)[predicted], truth, LABELS)
    assert report.macro_f1 == pytest.approx(metrics.f1_score(truth, predicted, average="macro", zero_division=0))
    assert report.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(truth, predicted))
    assert report.per_class["on"].precision is None
    assert report.per_class["on"].recall == 0
    assert report.per_class["on"].f1 == 0
    assert msgspec.to_builtins(report.per_class["yes"]) == {"precision": None, "recall": None, "f1": None, "support": 0}


def test_rows_of_the_confusion_are_the_truth() -> None:
    report = class_report(np.eye(2)[[1, 1, 0]], np.array([0, 1, 0]), ("a", "b"))
    assert report.confusion == ((1, 1), (0, 1))
    assert [msgspec.to_builtins(pair) for pair in report.top_confusions] == [{"truth": "a", "predicted": "b", "count": 1}]


def test_the_most_frequent_mistakes_come_first_and_ties_in_label_order() -> None:
    truth, predicted = np.array([3, 3, 0, 0, 1]), np.array([0, 0, 1, 2, 0])
    report = class_report(np.eye(4)[predicted], truth, LABELS)
    assert [(pair.truth, pair.predicted, pair.count) for pair in report.top_confusions] == [
        ("yes", "no", 2),
        ("no", "off", 1),
        ("no", "on", 1),
        ("off", "no", 1),
    ]


def test_of_equally_probable_classes_the_first_is_predicted() -> None:
    report = class_report(np.full((1, 4), 0.25), np.array([0]), LABELS)
    assert report.n_correct == 1


def test_groups_have_their_own_accuracy_and_widen_the_interval(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    probabilities, truth, groups = case
    report = class_report(probabilities, truth, LABELS, groups)
    assert list(report.by_group) == ["s0", "s1", "s2", "s3", "s4"]
    assert sum(figures.n_items for figures in report.by_group.values()) == 200
    members = np.array(groups) == "s3"
    assert report.by_group["s3"].accuracy == pytest.approx((probabilities.argmax(axis=1) == truth)[members].mean())
    assert report.interval is not None
    assert report.group_interval is not None
    assert report.group_interval[0] <= report.interval[0] < report.interval[1] <= report.group_interval[1]
    assert "only 5 groups" in report.notes[0]


def test_items_without_a_group_stand_under_an_empty_name() -> None:
    report = class_report(np.eye(2), np.array([0, 1]), ("a", "b"), ["x", None])
    assert list(report.by_group) == ["", "x"]
    assert class_report(np.eye(2), np.array([0, 1]), ("a", "b"), [None, None]).by_group == {}


def test_calibration_is_the_distance_of_claim_and_truth() -> None:
    probabilities = np.array([[0.95, 0.05]] * 4 + [[0.55, 0.45]] * 2)
    report = class_report(probabilities, np.array([0, 0, 0, 1, 0, 1]), ("a", "b"))
    assert report.calibration.ece == pytest.approx((4 * abs(0.95 - 0.75) + 2 * abs(0.55 - 0.5)) / 6)
    assert [entry.n_items for entry in report.calibration.bins] == [0, 0, 0, 0, 0, 2, 0, 0, 0, 4]
    assert report.calibration.bins[9].high == 1.0
    assert report.calibration.bins[0].accuracy is None


def test_a_probability_of_zero_for_the_truth_gives_a_finite_loss() -> None:
    report = class_report(np.array([[1.0, 0.0]]), np.array([1]), ("a", "b"))
    assert report.log_loss == pytest.approx(36.04, abs=0.01)


def test_no_items_give_a_report_of_nothing() -> None:
    report = class_report(np.zeros((0, 2)), np.zeros(0, int), ("a", "b"), [])
    assert (report.accuracy, report.balanced_accuracy, report.interval, report.log_loss) == (None, None, None, None)
    assert report.confusion == ((0, 0), (0, 0))
    assert report.calibration.ece is None
    assert report.n_items == 0


def test_one_item_and_one_class_are_enough() -> None:
    assert class_report(np.ones((1, 1)), np.array([0]), ("a",)).accuracy == 1.0


def test_probabilities_that_are_not_finite_are_refused() -> None:
    with pytest.raises(DataError, match="finite"):
        class_report(np.array([[np.nan, 1.0]]), np.array([0]), ("a", "b"))


@pytest.mark.parametrize(
    ("probabilities", "truth", "groups"),
    [
        (np.ones((2, 3)), np.array([0, 1]), None),
        (np.ones((2, 2)), np.array([0, 2]), None),
        (np.ones((2, 2)), np.array([0, -1]), None),
        (np.ones((2, 2)), np.array([0]), None),
        (np.ones((2, 2)), np.array([0, 1]), ["x"]),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(
    probabilities: np.ndarray, truth: np.ndarray, groups: list[str | None] | None
) -> None:
    with pytest.raises(ValueError, match="Received"):
        class_report(probabilities, truth, ("a", "b"), groups)


def test_number_figures_equal_scikit_learns(rng: np.random.Generator) -> None:
    from sklearn import metrics

    truth = rng.normal(40, 10, 100)
    predicted = truth + rng.normal(1, 5, 100)
    report = number_report(predicted, truth, ["a", "b"] * 50)
    assert report.mae == pytest.approx(metrics.mean_absolute_error(truth, predicted))
    assert report.rmse == pytest.approx(metrics.root_mean_squared_error(truth, predicted))
    assert report.r2 == pytest.approx(metrics.r2_score(truth, predicted))
    assert report.bias == pytest.approx((predicted - truth).mean())
    assert report.correlation == pytest.approx(np.corrcoef(truth, predicted)[0, 1])
    assert report.value == pytest.approx(predicted.mean())
    assert report.by_group["b"].mae == pytest.approx(np.abs(predicted - truth)[1::2].mean())


def test_numbers_that_do_not_vary_have_no_r2_and_no_correlation() -> None:
    report = number_report(np.array([1.0, 2.0]), np.array([3.0, 3.0]))
    assert (report.mae, report.r2, report.correlation) == (1.5, None, None)


def test_no_numbers_give_a_report_of_nothing() -> None:
    report = number_report(np.zeros(0), np.zeros(0))
    assert (report.mae, report.rmse, report.r2, report.value, report.n_items) == (None, None, None, None, 0)


def test_numbers_that_are_not_finite_or_do_not_pair_are_refused() -> None:
    with pytest.raises(DataError, match="Predicted numbers must be finite"):
        number_report(np.array([np.inf]), np.array([1.0]))
    with pytest.raises(ValueError, match="one entry an item"):
        number_report(np.zeros(2), np.zeros(3))


def test_a_result_has_the_contracts_keys_and_survives_json(case: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    report = class_report(*case[:2], LABELS, case[2])
    result = json.loads(msgspec.json.encode(report.as_result()))
    assert {"accuracy", "balanced_accuracy", "n_items", "confusion", "labels", "per_class", "by_group"} <= result.keys()
    assert result["labels"] == list(LABELS)
    assert "targets" not in combine_results({"label": report})
    assert msgspec.convert(result, ClassReport) == report


def test_with_several_targets_the_first_stands_on_top_and_all_under_targets() -> None:
    first = class_report(np.eye(2), np.array([0, 1]), ("a", "b"))
    second = number_report(np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    result = combine_results({"word": first, "age": second})
    assert result["accuracy"] == 1.0
    assert list(result["targets"]) == ["word", "age"]
    assert result["targets"]["word"]["accuracy"] == 1.0
    assert {"value", "mae", "rmse"} <= result["targets"]["age"].keys()
    assert "accuracy" not in combine_results({"age": second, "word": first})


def test_a_summary_holds_the_main_figures_alone() -> None:
    report = class_report(np.eye(2), np.array([0, 1]), ("a", "b"))
    assert report.summary()["accuracy"] == 1.0
    assert "confusion" not in report.summary()
    assert "by_group" not in number_report(np.ones(1), np.ones(1)).summary()
