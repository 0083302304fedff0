"""The data files of the classification stage."""

from agents.data_files import DataFiles

FILES = DataFiles("agents.classification")
