import Plots
