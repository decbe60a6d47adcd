# SPDX-License-Identifier: BSD-2-Clause
"""The commands of ./trireme, one module each."""
