# SPDX-License-Identifier: BSD-2-Clause
"""Fault injection: golden runs, plans, single trials, campaigns, the store."""
