"""The Direct Connect twin: AWS's end, the customer's routers, and a meter on the traffic between."""

from sandbox.twin.behaviour import RouterBehaviour
from sandbox.twin.clock import Clock, ScaledClock, VirtualClock
from sandbox.twin.estate import Estate, HostedPlan, LagPlan, Location, PortPlan
from sandbox.twin.estate_file import estate_from_json
from sandbox.twin.estates import DEFAULT_ESTATE, DEMO_ESTATE
from sandbox.twin.faults import TwinError
from sandbox.twin.lives import KeyLife
from sandbox.twin.managed import InMemoryManagedSecrets, ManagedSecretStore
from sandbox.twin.meter import Seconds, TrafficMeter
from sandbox.twin.pair import Cak, Pair
from sandbox.twin.reading import FormError
from sandbox.twin.record import CallRecord
from sandbox.twin.router import Router
from sandbox.twin.service import DirectConnectTwin
from sandbox.twin.world import ALTERNATIVES, World

__all__ = [
    "ALTERNATIVES",
    "DEFAULT_ESTATE",
    "DEMO_ESTATE",
    "Cak",
    "CallRecord",
    "Clock",
    "DirectConnectTwin",
    "Estate",
    "FormError",
    "HostedPlan",
    "InMemoryManagedSecrets",
    "KeyLife",
    "LagPlan",
    "Location",
    "ManagedSecretStore",
    "Pair",
    "PortPlan",
    "Router",
    "RouterBehaviour",
    "ScaledClock",
    "Seconds",
    "TrafficMeter",
    "TwinError",
    "VirtualClock",
    "World",
    "estate_from_json",
]
