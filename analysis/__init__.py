# SPDX-License-Identifier: BSD-2-Clause
"""From raw observations of a campaign to outcomes, intervals and a report.

It reads the store that `faultinject` wrote and never changes it.
"""
