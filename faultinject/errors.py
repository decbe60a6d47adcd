# SPDX-License-Identifier: BSD-2-Clause
"""The two kinds of bad news that the host tools tell apart."""


class UserError(Exception):
    """Something that the user can put right; the message is one line."""


class HarnessError(Exception):
    """A run could not be observed (emulator did not start, host too slow).

    Never an outcome of a trial: counted apart and run again.
    """
