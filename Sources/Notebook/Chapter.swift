import Plot
import ToyModels
