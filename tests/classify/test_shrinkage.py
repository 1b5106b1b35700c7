"""The evidence of each belief is what quadrature finds, whatever the bounds of the weights."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from vnlink.classify.shrinkage import Counted, _Problem, shrink

BOUNDS = [0.0, -0.5, -2.0, -np.inf]
SEEN = {"clearly inside": (40.0, 5.0), "near the bound": (6.0, 7.0), "held": (2.0, 30.0)}


def one_column(lower, width, right, wrong):
    """Labels of one row, whose only column is 1."""
    return _Problem(
        np.ones((1, 1)), np.array([right]), np.array([wrong]), np.zeros(1), np.array([1.0 / width**2]), np.array([lower])
    )


def two_columns(lower, widths, right, wrong):
    """Labels of three rows: the first column, both, and the second."""
    design = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    return _Problem(design, np.array(right), np.array(wrong), np.array([0.5, 0.0, -0.5]), np.array(widths) ** -2.0, lower)


class Quadratic(_Problem):
    """A cost for which Laplace's approximation has no error of its own."""

    __slots__ = ()
    HESSIAN = np.array([[3.0, 1.0, -0.8], [1.0, 2.0, 0.5], [-0.8, 0.5, 1.5]])

    def cost(self, at):
        return float(0.5 * (at - self.offset) @ self.HESSIAN @ (at - self.offset))

    def derivatives(self, at):
        return self.HESSIAN @ (at - self.offset), self.HESSIAN


def believed(problem):
    """Log of the factor that makes the belief in all weights a distribution above their bounds."""
    masses = norm.sf(problem.lower * np.sqrt(problem.precision))
    return float((0.5 * np.log(problem.precision / (2.0 * np.pi)) - np.log(masses)).sum())


def integrated(problem, square_of=None):
    """Log evidence by quadrature, or the mean square of a weight."""
    at, _ = problem.solve(np.zeros(len(problem.lower)))
    least, (_, hessian) = problem.cost(at), problem.derivatives(at)
    sides, weights = [], []
    nodes, shares = np.polynomial.legendre.leggauss(120)
    for here, bound, width in zip(at, problem.lower, np.sqrt(np.diag(np.linalg.inv(hessian))), strict=True):
        low, high = max(bound, here - 12.0 * width), here + 12.0 * width
        sides.append(low + (high - low) * (nodes + 1.0) / 2.0)
        weights.append(shares * (high - low) / 2.0)
    points = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1).reshape(-1, len(at))
    share = np.prod(np.stack(np.meshgrid(*weights, indexing="ij")), axis=0).ravel()
    score = problem.offset + points @ problem.design.T
    cost = np.logaddexp(0.0, -score) @ problem.right + np.logaddexp(0.0, score) @ problem.wrong
    share = share * np.exp(least - cost - 0.5 * points**2 @ problem.precision)
    if square_of is not None:
        return float(share @ points[:, square_of] ** 2 / share.sum())
    return float(np.log(share.sum())) - least + believed(problem)


@pytest.mark.parametrize("lower", BOUNDS)
@pytest.mark.parametrize("width", [0.5, 2.0])
@pytest.mark.parametrize("seen", SEEN)
def test_the_evidence_of_one_weight_is_what_quadrature_finds(lower, width, seen):
    problem = one_column(lower, width, *SEEN[seen])
    at, evidence = problem.solve(np.zeros(1))
    assert evidence == pytest.approx(integrated(problem), abs=0.05)
    # The quadrature is right itself.
    adaptive, _ = quad(lambda x: np.exp(problem.cost(at) - problem.cost(np.array([x]))), max(lower, -20.0), 20.0, points=[*at])
    assert np.log(adaptive) - problem.cost(at) + believed(problem) == pytest.approx(integrated(problem), abs=1e-6)


@pytest.mark.parametrize("lower", [(0.0, -np.inf), (-0.5, -np.inf), (0.0, 0.0), (-0.5, 0.0), (-2.0, -0.5), (-2.0, -2.0)])
@pytest.mark.parametrize("widths", [(0.5, 0.5), (2.0, 0.5), (2.0, 2.0)])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ([30.0, 20.0, 9.0], [5.0, 2.0, 4.0]),
        ([4.0, 9.0, 6.0], [5.0, 8.0, 7.0]),
        ([2.0, 3.0, 9.0], [20.0, 9.0, 2.0]),
        ([2.0, 1.0, 3.0], [20.0, 9.0, 12.0]),
    ],
)
def test_the_evidence_of_two_weights_is_near_what_quadrature_finds(lower, widths, right, wrong):
    problem = two_columns(np.array(lower), widths, right, wrong)
    _, evidence = problem.solve(np.zeros(2))
    assert evidence == pytest.approx(integrated(problem), abs=0.05 if np.isinf(lower).any() else 0.3)


@pytest.mark.parametrize("best", [-3.0, -0.2, 0.0, 0.4, 3.0])
@pytest.mark.parametrize("bounded", [0, 1, 2])
def test_with_one_bounded_weight_only_the_cost_is_approximated(best, bounded):
    """Of a quadratic cost the evidence is exact: the mass of a normal distribution above the bound."""
    lower = np.full(3, -np.inf)
    lower[bounded] = -0.3
    middle = np.array([0.7, -0.4, 1.1])
    middle[bounded] = best
    problem = Quadratic(np.eye(3), np.zeros(3), np.zeros(3), middle, np.array([1.0, 0.5, 0.25]), lower)
    whole = np.linalg.inv(Quadratic.HESSIAN)
    mass = norm.logsf(lower[bounded], best, np.sqrt(whole[bounded, bounded]))
    exact = 1.5 * np.log(2.0 * np.pi) - 0.5 * np.linalg.slogdet(Quadratic.HESSIAN)[1] + mass + believed(problem)
    assert problem.solve(np.zeros(3))[1] == pytest.approx(exact, abs=1e-9)


def test_the_evidence_does_not_jump_where_a_weight_meets_its_bound():
    inside, _ = two_columns(np.full(2, -np.inf), (0.5, 2.0), [4.0, 9.0, 6.0], [5.0, 8.0, 7.0]).solve(np.zeros(2))
    sides = [
        two_columns(np.array([inside[0] + step, -3.0]), (0.5, 2.0), [4.0, 9.0, 6.0], [5.0, 8.0, 7.0]).solve(np.zeros(2))[1]
        for step in (-1e-7, 1e-7)
    ]
    assert sides[0] == pytest.approx(sides[1], abs=1e-6)


@pytest.mark.parametrize("lower", BOUNDS)
@pytest.mark.parametrize("seen", SEEN)
def test_the_mean_square_of_a_weight_counts_its_bound(lower, seen):
    problem = one_column(lower, 2.0, *SEEN[seen])
    at, _ = problem.solve(np.zeros(1))
    assert problem.moments(at)[0] == pytest.approx(integrated(problem, square_of=0), rel=0.15, abs=0.02)


@pytest.mark.parametrize("lower", [0.0, -0.5, -2.0])
def test_no_labels_say_nothing_of_any_width(lower):
    """A belief that is a distribution gives no labels the probability 1."""
    for width in (0.01, 0.5, 8.0):
        problem = one_column(lower, width, 0.0, 0.0)
        assert problem.solve(np.zeros(1))[1] == pytest.approx(0.0, abs=1e-9)


def test_bounds_are_kept_and_a_bound_far_away_is_none():
    columns = np.eye(3)
    counted = Counted(columns, np.arange(3), np.array([2.0, 9.0, 30.0]), np.array([30.0, 9.0, 2.0]), None)
    assert (shrink(counted, np.zeros(3)).weights >= 0.0).all()
    far, none = shrink(counted, np.full(3, -1e6)), shrink(counted, np.full(3, -np.inf))
    assert np.allclose(far.weights, none.weights, rtol=1e-9)
    assert none.weights[0] < -0.1


def test_the_evidence_is_finite_however_many_labels_there_are():
    for lower in BOUNDS:
        for right, wrong in ((1e15, 1.0), (1.0, 1e15), (1e15, 1e15)):
            problem = one_column(lower, 8.0, right, wrong)
            at, evidence = problem.solve(np.zeros(1))
            assert np.isfinite(evidence)
            assert (problem.moments(at) >= 0.0).all()
