"""Property tests without a deadline: the machine may be busy, the numbers are what is tested."""

from hypothesis import settings

settings.register_profile("quant", deadline=None)
settings.load_profile("quant")
