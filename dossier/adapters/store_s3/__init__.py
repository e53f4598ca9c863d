"""The evidence store in an S3 bucket."""

from dossier.adapters.store_s3.client import ClientS3, Retention, client_s3
from dossier.adapters.store_s3.store import StoreS3

__all__ = ["ClientS3", "Retention", "StoreS3", "client_s3"]
