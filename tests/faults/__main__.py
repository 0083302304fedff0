"""make test-faults: faults under load on the embedded broker, one node and three nodes of Apache Kafka."""

import argparse
import asyncio
import logging
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.brokers import BROKERS
from tests.faults.faults import FAULTS, LONG, SHORT
from tests.faults.processes import FAKETIME
from tests.faults.run import Report, run_on


def _kinds(text: str) -> list[str]:
    kinds = text.split(",")
    unknown = [kind for kind in kinds if kind not in BROKERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not among {', '.join(BROKERS)}")
    return kinds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the plan, the load and all that is drawn")
    parser.add_argument("--cycles", type=int, default=70, help="on each kind of broker")
    parser.add_argument(
        "--brokers", type=_kinds, default=list(BROKERS), help="kinds of brokers, commas between"
    )
    parser.add_argument("--only", choices=list(FAULTS), help="the only fault")
    parser.add_argument("--short", action="store_true", help="brokers are away for seconds only")
    return parser.parse_args()


async def _main(arguments: argparse.Namespace, directory: Path) -> list[Report]:
    reports: list[Report] = []
    times = SHORT if arguments.short else LONG
    for broker in arguments.brokers:
        reports += await run_on(broker, arguments.seed, arguments.cycles, times, directory, arguments.only)
    return reports


def _summary(reports: list[Report]) -> str:
    lines = []
    for broker in dict.fromkeys(report.broker for report in reports):
        lines.append(_total(broker, [report for report in reports if report.broker == broker]))
    faults = Counter(report.cycle.fault for report in reports)
    lines.append("faults: " + ", ".join(f"{name} {faults[name]}" for name in FAULTS if faults[name]))
    lines.append(_total("all", reports))
    return "\n".join(lines)


def _total(name: str, reports: list[Report]) -> str:
    survived = sum(report.survived for report in reports)
    return (
        f"{name}: faults survived {survived} of {len(reports)},"
        f" posts sent {sum(report.posts for report in reports)},"
        f" lost {sum(report.lost for report in reports)},"
        f" repeated {sum(report.repeated for report in reports)}"
    )


def main() -> int:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all that was started is ended
    logging.basicConfig(level=logging.CRITICAL)
    directory = Path(tempfile.mkdtemp(prefix="wiredesk-faults-"))
    print(f"seed {arguments.seed}, logs in {directory}", flush=True)
    if FAKETIME is None:
        print("libfaketime is not installed: no clock jumps", flush=True)
    reports = asyncio.run(_main(arguments, directory))
    print(_summary(reports))
    if not all(report.survived for report in reports):
        return 1
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
