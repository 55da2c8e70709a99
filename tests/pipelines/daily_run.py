"""The daily flow through Prefect in a process of its own; prints what Prefect recorded as one JSON line."""

import asyncio
import json

from models_py.kernel.settings import Settings
from pipelines.orchestrator import configure


def main() -> None:
    settings = Settings()
    configure(settings)
    from prefect import get_client
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=90):
        from pipelines.flows.daily import daily

        report = daily(settings=settings)

        async def recorded() -> dict[str, object]:
            async with get_client() as client:
                [run] = await client.read_flow_runs()
                tasks = await client.read_task_runs()
                artifacts = await client.read_artifacts()
                return {
                    "name": run.name,
                    "state": run.state.name,
                    "tasks": sorted({task.name.split(" ")[0].split("-")[0] for task in tasks}),
                    "artifacts": sorted(artifact.key for artifact in artifacts),
                }

        print(json.dumps(asyncio.run(recorded()) | {"seconds": dict(report.seconds)}))


if __name__ == "__main__":
    main()
