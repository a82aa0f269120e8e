"""The demonstration over several accounts: one run that orders them, and what each account's lines carried."""

from sandbox.demo.organisation.demonstration import demonstrate_organisation

__all__ = ["demonstrate_organisation"]
