# SPDX-License-Identifier: BSD-2-Clause
"""Tests find the packages of this tree wherever pytest is started."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
