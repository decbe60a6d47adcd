# SPDX-License-Identifier: BSD-2-Clause
"""Every outcome and every edge between two of them, on made-up runs."""

from dataclasses import replace

import pytest

from analysis.classify import Event, Outcome, Raw, classify

OUTPUT = b"4096 aaaa\n8192 bbbb\nsha256 cccc\n"
BOOT3 = tuple(Event("boot", i, 1, (3, 2, 0, 0)) for i in range(3))
BOOT1 = (Event("boot", 0, 1, (1, 2, 0, 0)),)
EXIT3 = tuple(Event("exit", i, 90, (0, 7)) for i in range(3))
EXIT1 = (Event("exit", 0, 90, (0, 1)),)
DIGESTS = {"user": "11", "kernel": "22"}

TMR = Raw("exit", OUTPUT, BOOT3 + EXIT3, DIGESTS, "cccc")
BASE = Raw("exit", OUTPUT, BOOT1 + EXIT1, DIGESTS, "cccc")


def outcome(run: Raw, golden: Raw = TMR) -> Outcome:
    return classify(run, golden).outcome


def downgraded(convicted: int) -> tuple[Event, ...]:
    live = [i for i in range(3) if i != convicted]
    mask = 7 & ~(1 << convicted)
    return tuple(
        event for i in live for event in (
            Event("detect", i, 50, (1, 1 << convicted, 0, 0), "signature"),
            Event("convict", i, 51, (1 << convicted, mask, 7, 0)),
            Event("downgrade", i, 52, (1 << convicted, mask, live[0], 0)),
            Event("exit", i, 90, (0, mask))))


def test_the_golden_run_itself_is_masked():
    assert outcome(TMR) is Outcome.MASKED
    assert outcome(BASE, BASE) is Outcome.MASKED


def test_different_memory_at_the_end_is_latent():
    run = replace(TMR, digests=DIGESTS | {"user": "99"})
    assert outcome(run) is Outcome.LATENT
    assert "user" in classify(run, TMR).why


def test_without_digests_the_verdict_says_that_state_was_not_compared():
    verdict = classify(replace(TMR, digests={}), TMR)
    assert verdict.outcome is Outcome.MASKED and not verdict.state_compared


@pytest.mark.parametrize("convicted", [0, 1, 2])
def test_a_downgrade_with_right_output_is_corrected(convicted):
    run = replace(TMR, events=BOOT3 + downgraded(convicted),
                  injected=convicted, digests=DIGESTS | {"user": "99"})
    verdict = classify(run, TMR)
    assert verdict.outcome is Outcome.CORRECTED
    assert verdict.convicted == (convicted,)
    assert verdict.detector == "signature"
    assert not verdict.wrong_conviction


def test_convicting_another_replica_is_told():
    run = replace(TMR, events=BOOT3 + downgraded(2), injected=1)
    verdict = classify(run, TMR)
    assert verdict.outcome is Outcome.CORRECTED and verdict.wrong_conviction


def test_convicting_anybody_is_wrong_when_no_replica_was_injected():
    run = replace(TMR, events=BOOT3 + downgraded(2), injected=None)
    assert classify(run, TMR).wrong_conviction


def test_one_wrong_byte_is_sdc_whatever_else_happened():
    wrong = OUTPUT.replace(b"bbbb", b"bbbX")
    stop = tuple(Event("fail-stop", i, 60, (1, 7), "signature")
                 for i in range(3))
    for run in (replace(TMR, console=wrong),
                replace(TMR, console=wrong, events=BOOT3 + downgraded(1)),
                replace(TMR, console=wrong[:20], end="fail-stop",
                        events=BOOT3 + stop),
                replace(TMR, console=wrong, end="limit", events=BOOT3),
                replace(TMR, console=wrong, end="crash", events=BOOT3)):
        assert outcome(run) is Outcome.SDC
        assert "byte 18" in classify(run, TMR).why


def test_more_output_than_the_golden_run_is_sdc():
    assert outcome(replace(TMR, console=OUTPUT + b"x")) is Outcome.SDC


def test_an_ordered_end_with_missing_output_is_sdc():
    assert outcome(replace(TMR, console=OUTPUT[:9])) is Outcome.SDC


def test_a_differing_result_is_sdc_even_with_equal_console():
    assert outcome(replace(TMR, output_digest="dddd")) is Outcome.SDC


def test_fail_stop_after_a_right_prefix_is_detected():
    run = replace(TMR, end="fail-stop", console=OUTPUT[:10], output_digest=None,
                  events=BOOT3 + (Event("fail-stop", 0, 60, (1, 3),
                                        "signature"),))
    verdict = classify(run, TMR)
    assert verdict.outcome is Outcome.DETECTED
    assert verdict.detector == "signature"


def test_a_kernel_exception_of_the_baseline_is_detected():
    run = replace(BASE, end="kernel-exception", console=OUTPUT[:10],
                  events=BOOT1 + (Event("kernel-exception", 0, 60, (3,)),))
    verdict = classify(run, BASE)
    assert verdict.outcome is Outcome.DETECTED
    assert verdict.detector == "exception"


def test_a_kernel_exception_of_one_of_three_is_no_last_record():
    events = BOOT3 + (Event("kernel-exception", 1, 60, (3,)),)
    assert outcome(replace(TMR, end="limit", events=events)) is Outcome.HANG


def test_a_fail_stop_by_a_convicted_replica_does_not_excuse_a_hang():
    events = BOOT3 + downgraded(1)[:3] + (
        Event("fail-stop", 1, 60, (1, 2), "signature"),)
    assert outcome(replace(TMR, end="limit", console=OUTPUT[:10],
                           events=events)) is Outcome.HANG


def test_the_time_limit_without_record_is_a_hang():
    run = replace(TMR, end="limit", console=OUTPUT[:10], events=BOOT3)
    assert outcome(run) is Outcome.HANG


def test_complete_output_without_an_end_is_still_a_hang():
    assert outcome(replace(TMR, end="limit", events=BOOT3)) is Outcome.HANG


def test_a_downgrade_that_does_not_resume_is_a_hang():
    events = BOOT3 + tuple(e for e in downgraded(1) if e.kind != "exit")
    run = replace(TMR, end="limit", console=OUTPUT[:10], events=events)
    assert outcome(run) is Outcome.HANG


def test_an_unhandled_user_fault_of_the_baseline_is_detected():
    events = BOOT1 + (Event("double-fault", 0, 60, (1, 2, 3, 4)),)
    run = replace(BASE, end="limit", console=OUTPUT[:10], events=events)
    verdict = classify(run, BASE)
    assert verdict.outcome is Outcome.DETECTED
    assert verdict.detector == "user-fault"


def test_an_unhandled_user_fault_of_one_of_three_does_not_excuse_a_hang():
    events = BOOT3 + (Event("double-fault", 1, 60, (1, 2, 3, 4)),)
    assert outcome(replace(TMR, end="limit", events=events)) is Outcome.HANG


@pytest.mark.parametrize("end", ["crash", "exit", "fail-stop",
                                 "kernel-exception", "refused"])
def test_an_end_without_its_record_is_a_crash(end):
    run = replace(BASE, end=end, console=OUTPUT[:10], events=BOOT1)
    assert outcome(run, BASE) is Outcome.CRASH


def test_a_dead_emulator_is_a_crash_whatever_was_recorded():
    events = BOOT1 + (Event("kernel-exception", 0, 60, (3,)),)
    run = replace(BASE, end="crash", console=OUTPUT[:10], events=events)
    assert outcome(run, BASE) is Outcome.CRASH


def test_a_refused_boot_is_detected():
    run = replace(BASE, end="refused", console=b"",
                  events=(Event("refused", 0, 1, (3,)),))
    assert classify(run, BASE).detector == "boot check"
    assert outcome(run, BASE) is Outcome.DETECTED


def test_a_program_that_reports_its_failure_is_detected():
    run = replace(BASE, console=OUTPUT[:10],
                  events=BOOT1 + (Event("exit", 0, 80, (1, 1)),))
    verdict = classify(run, BASE)
    assert verdict.outcome is Outcome.DETECTED
    assert verdict.detector == "exit code"


FAULT = b"root: uart: read from 0x000e9004 not allowed\n"


def failed(console: bytes, code: int = 3) -> Raw:
    return replace(BASE, console=console, output_digest=None,
                   events=BOOT1 + (Event("exit", 0, 80, (code, 1)),))


@pytest.mark.parametrize("before", [b"", OUTPUT[:10], OUTPUT[:13]])
def test_a_report_of_failure_is_no_wrong_output(before):
    verdict = classify(failed(before + FAULT), BASE)
    assert verdict.outcome is Outcome.DETECTED
    assert "root: uart" in verdict.why


def test_wrong_bytes_before_a_report_of_failure_are_sdc():
    assert outcome(failed(b"4096 aaXa\n" + FAULT), BASE) is Outcome.SDC
    assert outcome(failed(FAULT + b"4096 aaXa\n"), BASE) is Outcome.SDC


def test_the_words_of_a_report_do_not_excuse_the_golden_exit_code():
    assert outcome(failed(OUTPUT + FAULT, code=0), BASE) is Outcome.SDC


def test_an_exit_by_a_convicted_replica_does_not_count():
    events = BOOT3 + downgraded(1)[:3] + (Event("exit", 1, 60, (0, 2)),)
    run = replace(TMR, end="limit", console=OUTPUT[:10], events=events)
    assert outcome(run) is Outcome.HANG


def test_a_replica_that_came_back_is_told_apart():
    back = Event("rejoin", 0, 70, (2, 7, 3, 1))
    run = replace(TMR, events=BOOT3 + downgraded(1) + (back,), injected=1)
    verdict = classify(run, TMR)
    assert verdict.outcome is Outcome.REJOINED
    assert verdict.convicted == (1,)


def test_the_return_of_another_replica_is_not_the_lost_one_s():
    back = Event("rejoin", 0, 70, (4, 7, 3, 1))
    run = replace(TMR, events=BOOT3 + downgraded(1) + (back,), injected=1)
    assert outcome(run) is Outcome.CORRECTED


def test_a_mended_page_without_conviction_is_repaired():
    mended = Event("scrub", 0, 70, (0x10000000, 2, 0, 9))
    run = replace(TMR, events=BOOT3 + EXIT3 + (mended,))
    assert outcome(run) is Outcome.REPAIRED


def test_a_page_that_nobody_could_mend_is_not_repaired():
    seen = Event("scrub", 0, 70, (0x10000000, 3, 0xffffffff, 9))
    run = replace(TMR, events=BOOT3 + EXIT3 + (seen,),
                  digests=DIGESTS | {"user": "99"})
    assert outcome(run) is Outcome.LATENT


def test_a_mended_page_does_not_excuse_wrong_output():
    mended = Event("scrub", 0, 70, (0x10000000, 2, 0, 9))
    run = replace(TMR, console=OUTPUT.replace(b"bbbb", b"bbbX"),
                  events=BOOT3 + EXIT3 + (mended,))
    assert outcome(run) is Outcome.SDC


def test_a_repair_that_only_the_injected_replica_records_is_none():
    dreamt = Event("scrub", 1, 70, (0x10000000, 2, 0, 9))
    run = replace(TMR, events=BOOT3 + EXIT3 + (dreamt,), injected=1,
                  digests=DIGESTS | {"user": "99"})
    assert outcome(run) is Outcome.LATENT
    others = tuple(replace(dreamt, replica=i) for i in (0, 2))
    assert outcome(replace(run, events=run.events + others)
                   ) is Outcome.REPAIRED


@pytest.mark.parametrize("kind", ["convict", "downgrade"])
def test_a_conviction_that_only_the_injected_replica_records_is_none(kind):
    claim = Event(kind, 1, 60, (4, 3, 0))
    run = replace(TMR, events=BOOT3 + EXIT3 + (claim,), injected=1)
    verdict = classify(run, TMR)
    assert verdict.outcome is Outcome.MASKED and verdict.convicted == ()
    assert not verdict.wrong_conviction
    left = tuple(e for e in EXIT3 if e.replica != 2)
    verdict = classify(replace(run, events=BOOT3 + left + (claim,)), TMR)
    assert verdict.outcome is Outcome.CORRECTED
    assert verdict.wrong_conviction and verdict.convicted == (2,)


def test_claims_of_the_injected_replica_do_not_excuse_a_hang():
    claims = (Event("convict", 1, 60, (5, 2, 7)),
              Event("kernel-exception", 1, 61, (3,)))
    run = replace(TMR, end="limit", events=BOOT3 + claims, injected=1)
    assert outcome(run) is Outcome.HANG


def test_the_injected_replica_can_not_vouch_for_its_own_return():
    back = Event("rejoin", 1, 70, (2, 7, 3, 1))
    run = replace(TMR, events=BOOT3 + downgraded(1) + (back,), injected=1)
    assert outcome(run) is Outcome.CORRECTED


@pytest.mark.parametrize("code", [0, 3])
def test_an_end_that_the_injected_replica_alone_claims_is_a_crash(code):
    claim = (Event("exit", 1, 60, (code, 7)),)
    run = replace(TMR, console=OUTPUT[:10], output_digest=None,
                  events=BOOT3 + claim, injected=1)
    assert outcome(run) is Outcome.CRASH
    whole = replace(TMR, events=BOOT3 + claim, injected=1)
    assert outcome(whole) is (Outcome.CRASH if code else Outcome.MASKED)


def test_the_code_of_an_end_is_what_the_others_say():
    wrong = Event("exit", 1, 91, (65396, 7))
    others = tuple(e for e in EXIT3 if e.replica != 1)
    run = replace(TMR, events=BOOT3 + others + (wrong,), injected=1)
    assert outcome(run) is Outcome.MASKED
    assert outcome(replace(run, events=BOOT3 + others)) is Outcome.MASKED
