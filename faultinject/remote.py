# SPDX-License-Identifier: BSD-2-Clause
"""Trials on a worker of a cluster, which has this tree built at this path.

Each worker process makes the golden runs that it needs once and keeps them.
"""
from __future__ import annotations

import functools

from faultinject import campaign, campaign_file
from faultinject.executors import Batch, Result


@functools.lru_cache(maxsize=2)
def _campaigner(name: str, text: str) -> campaign.Campaigner:
    found = campaign_file.parse_text(name, text)
    return campaign.Campaigner(found)


def trials(name: str, text: str, batch: Batch) -> list[Result]:
    """Trials of the campaign with this text, with retries."""
    return list(campaign.attempt(_campaigner(name, text), batch))
