"""Broken machinery or refused input: one French sentence that says what, where and how to mend it."""

from __future__ import annotations


class DossierError(Exception):
    """Root of every error that an operator may read. `str(error)` is a clear French sentence."""


class DonneeInvalide(DossierError):
    """An input (invoice, form, configuration) that cannot be accepted as it is."""


class ConfigurationInvalide(DossierError):
    """A configuration file with an error; the sentence names the file and the line."""


class ParametreNonCouvert(DossierError):
    """A legal figure is not known for that day; never extrapolated."""


class ConflitJournal(DossierError):
    """Another writer appended to this creance first; read again and decide again."""


class JournalAltere(DossierError):
    """A stored fait no longer matches its chain of digests."""


class ConflitStore(DossierError):
    """The key already holds other bytes; the store writes once."""


class DocumentAbsent(DossierError):
    """The store holds nothing under that key."""


class ErreurRendu(DossierError):
    """A Word template could not be filled."""


class ErreurConversion(DossierError):
    """LibreOffice could not make the PDF."""


class ErreurEnvoi(DossierError):
    """An e-mail or a letter could not be handed to its carrier."""


class RemiseIncertaine(ErreurEnvoi):
    """A carrier may hold the letter already and cannot say so: nothing is sent again, a person decides."""


class ErreurHorodatage(DossierError):
    """The timestamp authority did not answer with a valid token."""


class ErreurAssemblage(DossierError):
    """The dossier could not be assembled or sealed."""
