import numpy as np
import pytest

from pipelines.sandbox.world import cores
from pipelines.sandbox.world.basket import GROUPS, LEAVES, basket


def flat(change: float) -> tuple[np.ndarray, np.ndarray]:
    return np.full((60, len(LEAVES)), change), np.tile(basket().weight, (60, 1))


def test_sixty_four_leaves_weigh_one_hundred_and_fill_nine_groups():
    assert len(LEAVES) == 64
    assert basket().weight.sum() == pytest.approx(1)
    _, weights = cores.by_group(*flat(0.0))
    assert weights[0].tolist() == pytest.approx([row[0] for row in GROUPS.values()])


def test_every_measure_of_equal_changes_is_that_change():
    leaves, weights = flat(0.4)
    for measure in (cores.trimmed(leaves, weights), cores.percentile(leaves, weights), cores.by_group(leaves, weights)[0][:, 0],
                    cores.double_weighted(leaves, weights, leaves[:, 0])):
        assert measure[30:].tolist() == pytest.approx([0.4] * 30)
    assert cores.smoothed_trimmed(leaves, weights)[20] == pytest.approx(0.4)
    assert cores.diffusion(leaves)[0] == 100


def test_one_wild_leaf_moves_the_headline_but_not_the_trimmed_mean():
    leaves, weights = flat(0.4)
    leaves[:, 3] = 50.0
    assert (leaves[0] * weights[0]).sum() > 0.6
    assert cores.trimmed(leaves, weights)[0] == pytest.approx(0.4)


def test_classifications_partition_the_basket():
    masks = cores.classifications()
    everything = np.ones(64, bool)
    assert np.array_equal(masks["free"] ^ masks["administered"], everything)
    assert np.array_equal(masks["tradable"] ^ masks["non_tradable"], masks["free"])
    assert np.array_equal(masks["durable"] ^ masks["semi_durable"] ^ masks["non_durable"], masks["tradable"])


def test_diffusion_counts_leaves_that_print_above_zero():
    leaves, _ = flat(0.0)
    leaves[:, :16] = 0.004                               # prints as 0.00
    leaves[:, 16:32] = 0.006                             # prints as 0.01
    assert cores.diffusion(leaves)[0] == 25
