import AdversarialRobustness
import Appendix
import Computation
import DemonstratingSuperposition
import GeometryOfSuperposition
import LearningDynamics
import Memorisation
import Notebook
import PhaseChange
import PrivilegedBasis
import RealWords
import WaysOut

/// The book, in reading order.
let book = Book(
    title: "Toy Models of Superposition, reproduced",
    summary: """
        *Toy Models of Superposition* [@elhage2022] asks how a neural network can store more features than it \
        has dimensions. Each chapter retrains the models of one section, draws its figures from them, and \
        checks what the paper says against what was measured. The last two chapters go beyond the paper: to models that \
        see few examples, again and again [@henighan2023], and to features that are words [@prieto2026].
        """,
    paper: "https://transformer-circuits.pub/2022/toy_model/index.html",
    chapters: [
        DemonstratingSuperposition(),
        PhaseChange(),
        GeometryOfSuperposition(),
        LearningDynamics(),
        AdversarialRobustness(),
        PrivilegedBasis(),
        Computation(),
        WaysOut(),
        Appendix(),
        Memorisation(),
        RealWords(),
    ])
