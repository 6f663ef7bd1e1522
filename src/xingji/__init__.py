"""行迹 Xingji: leads, process and customers of a sales organisation, built on recorded behaviour."""

__version__ = "0.2.0"
