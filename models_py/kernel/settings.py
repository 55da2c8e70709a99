"""Deployment facts, read once from the environment (prefix `MACRO_`) into a frozen value.

Market facts are seeds and desk policy is typed Python: neither is a setting.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models_py.kernel.clock import Clock, instant

World = Literal["sandbox", "files", "live"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
MEMORY = r"(?i)^[0-9]+(\.[0-9]+)? ?[KMGT]i?B$"

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """One field a setting; the environment variable is `MACRO_` and its name."""

    model_config = SettingsConfigDict(env_prefix="MACRO_", frozen=True, extra="ignore")

    world: World = Field("sandbox", description="where bytes come from: sandbox, files or live")
    lake: str = Field("lake", description="root of the lake: a folder or an fsspec URI such as s3://bucket/desk")
    now: datetime | None = Field(None, description="instant of the run, ISO with offset; default the wall clock")
    start: date = Field(date(2018, 1, 1), description="first reference date to ask the sources for")
    until: date | None = Field(None, description="last reference date to load; default none")
    seed: int = Field(20100104, description="seed of the sandbox world")
    sandbox_pace: float = Field(0.0, ge=0, description="share of real rate limits the sandbox serves and connectors wait for")
    sandbox_faults: str = Field("calm", description="fault plan of the sandbox: a shipped name or a YAML file")
    history: Path | None = Field(None, description="folder of real history with IMPORT_MAP.csv, for the files world")
    fred_api_key: SecretStr | None = Field(None, description="FRED key, 32 hexadecimal digits, for the live world")
    siconfi_url: str | None = Field(None, description="base of SICONFI in the live world, up to /tt; default the Treasury's")
    pause_minutes: int = Field(5, ge=0, description="taken off the cut-off of a decision: 08:45 reads up to 08:40")
    minimum_quality: float = Field(80.0, ge=0, le=100, description="quality score below which nothing is published")
    nav_brl: float = Field(100_000_000.0, gt=0, description="initial net asset value of the paper book, BRL")
    journal: str | None = Field(None, description="journal URL; default SQLite under the lake")
    audit: str | None = Field(None, description="folder or URI of the journal's audit copy; default under the lake")
    log_level: LogLevel = Field("ERROR", description="least level of log lines on standard error")
    profile: Literal["local", "minio", "cluster"] | None = Field(
        None, description="dbt target on S3, by default minio; cluster also publishes into a catalogue and spreads work over Dask"
    )
    catalogue: SecretStr | None = Field(None, description="Postgres URL of DuckLake's catalogue, for the profile cluster")
    runner: Literal["thread", "dask"] | None = Field(None, description="where tasks run; default dask in the profile cluster")
    dask: str | None = Field(None, description="address of a Dask scheduler; default a cluster of this machine's processes")
    build_memory: str | None = Field(None, pattern=MEMORY, description="memory of a build, such as 4GB; default the dbt target's")
    workers: int = Field(4, ge=1, le=32, description="parallel requests a source may be asked with")
    s3_endpoint: str | None = Field(None, description="S3 endpoint URL, for an s3:// lake that is not AWS")
    s3_region: str = Field("us-east-1", description="region of the bucket")
    s3_key: SecretStr | None = Field(None, description="access key id of the bucket's user")
    s3_secret: SecretStr | None = Field(None, description="its secret access key")
    s3_token: SecretStr | None = Field(None, description="session token, for temporary credentials")
    s3_seconds: float = Field(30.0, gt=0, le=600, description="longest wait for an answer of the S3 server")
    api_host: str = Field("127.0.0.1", description="address the servers bind; loopback unless told otherwise")
    api_port: int = Field(8000, ge=0, le=65535)
    api_keys: SecretStr | None = Field(None, description="keys of the API: name:scope+scope:sha256 of the key, by commas or spaces")
    api_jwt_key: SecretStr | None = Field(None, description="PEM public key, or secret of 32 bytes, that tokens are signed with")
    api_jwt_issuer: str | None = Field(None, description="issuer of the tokens that are taken")
    api_jwt_audience: str = Field("macro-desk", description="audience that tokens must name")
    sql_workers: int = Field(2, ge=1, le=32, description="queries of the API's users that run at once, a process each")
    sql_seconds: float = Field(10.0, gt=0, le=600, description="time of such a query")
    sql_rows: int = Field(10_000, ge=1, le=1_000_000, description="rows it may answer")
    sql_memory: str = Field("512MB", pattern=MEMORY, description="memory it may use")
    api_cache_mb: int = Field(128, ge=0, le=65536, description="memory for answers of the API, MiB")
    dashboard_port: int = Field(8501, ge=0, le=65535)

    @field_validator("log_level", mode="before")
    @classmethod
    def _levels_in_any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("now", mode="before")
    @classmethod
    def _now_has_an_offset(cls, value: object) -> object:
        return instant(value) if isinstance(value, str | datetime) else value

    @property
    def clock(self) -> Clock:
        """The clock of a run made with these settings."""
        return Clock(self.now)

    @property
    def pause(self) -> timedelta:
        """Time between publication and first use in a decision."""
        return timedelta(minutes=self.pause_minutes)

    @property
    def world_id(self) -> str:
        """What a lake and a book belong to: the world, and in the sandbox its seed."""
        return f"sandbox:{self.seed}" if self.world == "sandbox" else self.world
