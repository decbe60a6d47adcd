# SPDX-License-Identifier: BSD-2-Clause
"""Trial k of a campaign, as a pure function of (campaign, k).

The reference (golden run) is itself a function of the campaign and the image,
so no state is carried from one trial to the next and any trial can be made
again alone.
"""
from __future__ import annotations

import random

from faultinject.campaign_file import Campaign
from faultinject.flipspec import memory_fault, pick
from faultinject.golden import Reference
from faultinject.image import BootConfig
from faultinject.model import REGISTER_REGION, Fault

REGISTER_NAMES = tuple(f"r{i}" for i in range(16)) + ("cpsr",)


def seed_of(campaign: Campaign, k: int) -> int:
    """63-bit seed of a trial, as stored."""
    return random.Random(f"{campaign.hash}:{campaign.seed}:{k}").getrandbits(63)


def fault_of(campaign: Campaign, k: int, reference: Reference,
             config: BootConfig) -> Fault:
    """The fault of trial k."""
    rng = random.Random(seed_of(campaign, k))
    at_ns = rng.randrange(reference.first_ns, reference.last_ns)
    replica = rng.randrange(config.replicas)
    if rng.random() < campaign.register_share:
        return Fault("register", at_ns, replica, 1 << rng.randrange(32),
                     region=REGISTER_REGION, register=rng.choice(REGISTER_NAMES),
                     model="register")
    blocks = [b for b in reference.memory.blocks
              if b.region in campaign.regions]
    if campaign.sampling == "strata":
        present = sorted({b.region for b in blocks})
        region = rng.choice(present)
        blocks = [b for b in blocks if b.region == region]
    place = pick(rng, blocks)
    return memory_fault(place, rng.randrange(8), at_ns, replica,
                        config.partition_offset(replica))
