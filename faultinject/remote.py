# SPDX-License-Identifier: BSD-2-Clause
"""A trial on a worker of a cluster, which has this tree built at this path.

Each worker process makes the golden runs that it needs once and keeps them.
"""
from __future__ import annotations

import functools

from faultinject import campaign, campaign_file
from faultinject.executors import Result


@functools.lru_cache(maxsize=2)
def _campaigner(name: str, text: str) -> campaign.Campaigner:
    found = campaign_file.parse_text(name, text)
    return campaign.Campaigner(found)


def trial(name: str, text: str, k: int) -> Result:
    """Trial k of the campaign with this text, with retries."""
    return campaign.attempt(_campaigner(name, text), k)
