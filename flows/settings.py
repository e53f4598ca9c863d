"""Settings read from the environment (prefix `DOSSIER_`) or a `.env` file. Only wiring makes one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

RACINE = Path(__file__).resolve().parents[1]


class AutoriteReglee(BaseModel):
    """A timestamp authority that stands in for the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretStr
    racine: Path
    """PEM of its root."""
    mention: str = "horodatage non qualifié"


class Settings(BaseSettings):
    """Where things are and who answers. Every path defaults to the repository's own folders."""

    model_config = SettingsConfigDict(
        env_prefix="DOSSIER_", env_file=RACINE / ".env", extra="ignore", frozen=True
    )

    donnees: Path = RACINE / "donnees"
    config: Path = RACINE / "config"
    templates: Path = RACINE / "templates"

    journal: SecretStr = SecretStr("")
    """SQLAlchemy URL of the journal; SQLite in `donnees` when empty."""

    store: str = ""
    """`s3://bucket/prefix`; a folder in `donnees` when empty."""
    s3_endpoint: str | None = None
    s3_region: str = "eu-west-3"
    s3_cle: str | None = None
    s3_secret: SecretStr | None = None
    s3_retention_jours: int | None = None
    s3_retention_mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE"
    s3_gel: bool = False
    """Whether each document is written under a legal hold, until a person takes it off."""

    smtp_hote: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_utilisateur: str | None = None
    smtp_mot_de_passe: SecretStr | None = None
    smtp_tls: Literal["aucun", "starttls", "ssl"] = "aucun"

    recommande: Literal["manuel", "maileva", "ar24"] = "manuel"
    """Who sends registered letters: a person at the counter, Maileva (paper), AR24 (electronic)."""
    laposte_cle: SecretStr | None = None
    """Key of La Poste's tracking (Suivi v2), for the letters that a person posts."""
    laposte_url: str = "https://api.laposte.fr/suivi/v2"
    maileva_client: str = ""
    maileva_secret: SecretStr | None = None
    maileva_utilisateur: str = ""
    maileva_mot_de_passe: SecretStr | None = None
    maileva_url: str = "https://api.maileva.com"
    maileva_url_connexion: str = "https://connexion.maileva.com"
    ar24_jeton: SecretStr | None = None
    ar24_cle: SecretStr | None = None
    ar24_expediteur: str = ""
    """Number of the sender's account at AR24."""
    ar24_url: str = "https://app.ar24.fr/api"
    sonnette_port: int | None = None
    """Where carriers' notifications are listened to on loopback, behind a reverse proxy; not at all when absent."""
    sonnette_jeton: SecretStr = SecretStr("")
    """The secret part of the address that carriers call: 24 letters and digits at least."""
    sonnette_adresse: str = ""
    """The public address of that bell (`https://dossier.exemple.fr`); Maileva is then told to call it."""

    reception: str = ""
    """Where scans arrive: a folder, or `s3://bucket/prefix`; `reception` in `donnees` when empty."""

    horodatage_url: str = ""
    """RFC 3161 authority; the embedded demonstration one when empty."""
    horodatage_racine: Path | None = None
    """PEM of that authority's root."""
    horodatage_mention: str = "horodatage non qualifié"
    """What documents say of it; « qualifié » only if it is."""
    horodatage_secours: tuple[AutoriteReglee, ...] = ()
    """Authorities asked in this order when the first does not answer: a JSON list."""
    horodatage_anciennes: tuple[Path, ...] = ()
    """PEM roots of authorities that served once: their tokens are still verified."""

    horloge: Path | None = None
    """File of a simulated clock; the machine's clock when absent."""

    threads: int = 4
    """Creances worked on at the same time by one service or worker."""
    ouvrier: str = ""
    """Name of this worker in Prefect; that of the machine when empty."""
    reprise: float = Field(default=60, gt=0)
    """Seconds that a run may stand half-way, held by no living worker, before another takes it back."""
    port: int = 4200
    """Port of the Prefect server that `dossier service` starts when none is configured."""

    alertes: bool = True
    """Whether staff are warned of red runs, unanswered questions and an absent round."""
    alertes_courriel: str = ""
    """Whom to write to, commas between several; nobody when empty."""
    alertes_webhook: SecretStr = SecretStr("")
    """Where to POST the same warnings as JSON; nowhere when empty."""

    documents_port: int = Field(default=4280, ge=0, le=65535)
    """Where documents open by link, on loopback; 0: nowhere, the pages give paths."""
    documents_adresse: str = ""
    """The address of that port behind a reverse proxy (`https://dossier.exemple.fr/documents`)."""
    documents_secret: SecretStr = SecretStr("")
    """What signs the links: the same for all the services; a file of `donnees` when empty."""
