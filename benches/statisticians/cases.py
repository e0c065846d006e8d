"""Data sets that come with R, lme4, nlme and glmmTMB, with the models of their help pages and of
Pinheiro and Bates 2000, Mixed-Effects Models in S and S-PLUS."""

from models import Curve, Mixed, P, Term, Written


def by(group: str, columns: str = "1", correlated: bool = False) -> Term:
    return Term(group, columns, correlated)


def lme4(rows: str) -> list[Mixed]:
    sleep = "lme4::sleepstudy"
    ratings = "lme4::InstEval" if rows == "all" else f"head(lme4::InstEval, {rows})"
    laplace = ["--integrate", "laplace"]
    return [
        Mixed("Dyestuff", "lme4::Dyestuff", "Yield ~ 1", [by("Batch")]),
        Mixed("Dyestuff2", "lme4::Dyestuff2", "Yield ~ 1", [by("Batch")]),
        Mixed("Pastes", "lme4::Pastes", "strength ~ 1", [by("batch"), by("batch:cask")]),
        Mixed("Penicillin", "lme4::Penicillin", "diameter ~ 1", [by("plate"), by("sample")]),
        Mixed("sleepstudy", sleep, "Reaction ~ Days", [by("Subject", "Days", True)]),
        Mixed("sleepstudy.indep", sleep, "Reaction ~ Days", [by("Subject", "Days")]),
        Mixed("sleepstudy.one", sleep, "Reaction ~ Days", [by("Subject")]),
        Mixed("sleepstudy+300", f"transform({sleep}, Days = Days + 300)", "Reaction ~ Days",
              [by("Subject", "Days", True)]),
        Mixed("sleepstudy+2000", f"transform({sleep}, Days = Days + 2000)", "Reaction ~ Days",
              [by("Subject", "Days", True)]),
        Mixed("sleepstudy.square", sleep, "Reaction ~ Days + I(Days^2)",
              [by("Subject", "Days + I(Days^2)", True)]),
        Mixed("cake", "lme4::cake", "angle ~ recipe * temperature", [by("recipe:replicate")]),
        Mixed("cake.temp", "lme4::cake", "angle ~ recipe + temp", [by("recipe:replicate")]),
        Mixed("InstEval", ratings, "y ~ service", [by("s"), by("d")]),
        Mixed("InstEval.dept", ratings, "y ~ service * dept", [by("s"), by("d")]),
        Mixed("cbpp", "lme4::cbpp", "incidence ~ period", [by("herd")], "binomial",
              trials="size"),
        Mixed("cbpp.obs", "transform(lme4::cbpp, obs = seq_len(56))", "incidence ~ period",
              [by("herd"), by("obs")], "binomial", trials="size", options=laplace),
        Mixed("grouseticks", "lme4::grouseticks", "TICKS ~ YEAR + cHEIGHT",
              [by("BROOD"), by("LOCATION"), by("INDEX")], "poisson", options=laplace),
        Mixed("grouseticks.raw", "lme4::grouseticks", "TICKS ~ YEAR + HEIGHT",
              [by("BROOD")], "poisson"),
        Mixed("VerbAgg", "lme4::VerbAgg", "as.numeric(r2 == 'Y') ~ Anger + Gender + btype + situ",
              [by("id"), by("item")], "binomial", options=laplace),
        Mixed("VerbAgg.id", "lme4::VerbAgg",
              "as.numeric(r2 == 'Y') ~ Anger + Gender + btype + situ", [by("id")], "binomial"),
        Mixed("Arabidopsis", "lme4::Arabidopsis",
              "total.fruits ~ nutrient + amd + factor(rack) + status", [by("gen"), by("popu")],
              "poisson", options=laplace),
        Mixed("Arabidopsis.log", "lme4::Arabidopsis",
              "log(1 + total.fruits) ~ nutrient * amd + factor(rack) + status",
              [by("popu"), by("gen", "nutrient", True)]),
    ]


def glmmtmb() -> list[Mixed]:
    def load(name: str) -> str:
        return f"get(data({name}, package = 'glmmTMB'))"

    owls = load("Owls")
    return [
        Mixed("Salamanders", load("Salamanders"), "count ~ mined", [by("site")], "poisson"),
        Mixed("Salamanders.zip", load("Salamanders"), "count ~ mined + spp", [by("site")], "zip",
              options=["--integrate", "laplace"]),
        Mixed("Salamanders.nb", load("Salamanders"), "count ~ mined + spp", [by("site")],
              "nbinom2", options=["--integrate", "laplace"]),
        Mixed("Owls", owls, "SiblingNegotiation ~ FoodTreatment * SexParent + ArrivalTime",
              [by("Nest")], "poisson", offset="log(BroodSize)"),
        Mixed("Owls.nb", owls, "SiblingNegotiation ~ FoodTreatment * SexParent + ArrivalTime",
              [by("Nest")], "nbinom2", offset="log(BroodSize)", options=["--integrate", "laplace"]),
        Mixed("Owls.zip", owls, "SiblingNegotiation ~ FoodTreatment + ArrivalTime",
              [by("Nest")], "zip", offset="log(BroodSize)", options=["--integrate", "laplace"]),
        Mixed("epil2", load("epil2"), "y ~ Base * trt + Age + Visit",
              [by("subject", "Visit", True)], "nbinom2", options=["--integrate", "laplace"]),
        Mixed("epil2.poisson", load("epil2"), "y ~ base + trt + age + Visit", [by("subject")],
              "poisson"),
    ]


def nlme_linear() -> list[Mixed]:
    n = "nlme::"
    ortho = n + "Orthodont"
    sine = "sin(2 * pi * Time) + cos(2 * pi * Time)"
    days = f"transform({ortho}, age = age * 365.25)"
    seconds = f"transform({ortho}, age = age * 365.25 * 86400)"
    return [
        Mixed("Orthodont", ortho, "distance ~ age", [by("Subject", "age", True)]),
        Mixed("Orthodont.days", days, "distance ~ age", [by("Subject", "age", True)]),
        Mixed("Orthodont.seconds", seconds, "distance ~ age", [by("Subject", "age", True)]),
        Mixed("Orthodont.sex", ortho, "distance ~ age * Sex", [by("Subject", "age", True)]),
        Mixed("Orthodont.one", ortho, "distance ~ age + Sex", [by("Subject")]),
        Mixed("Oxboys", n + "Oxboys", "height ~ age", [by("Subject", "age", True)]),
        Mixed("Oxboys.square", n + "Oxboys", "height ~ age + I(age^2)",
              [by("Subject", "age + I(age^2)", True)]),
        Mixed("Machines", n + "Machines", "score ~ Machine",
              [by("Worker"), by("Worker:Machine")]),
        Mixed("Machines.each", n + "Machines", "score ~ Machine",
              [by("Worker", "Machine - 1", True)]),
        Mixed("Rail", n + "Rail", "travel ~ 1", [by("Rail")]),
        Mixed("Pixel", n + "Pixel", "pixel ~ day + I(day^2)",
              [by("Dog", "day", True), by("Dog:Side")]),
        Mixed("Oats", n + "Oats", "yield ~ nitro", [by("Block"), by("Block:Variety")]),
        Mixed("Oats.full", n + "Oats", "yield ~ factor(nitro) * Variety",
              [by("Block"), by("Block:Variety")]),
        Mixed("Ovary", n + "Ovary", f"follicles ~ {sine}", [by("Mare", "sin(2 * pi * Time)")]),
        Mixed("Ovary.full", n + "Ovary", f"follicles ~ {sine}", [by("Mare", sine, True)]),
        Mixed("Milk", n + "Milk", "protein ~ Diet * Time", [by("Cow")]),
        Mixed("Milk.slopes", n + "Milk", "protein ~ Diet + Time", [by("Cow", "Time", True)]),
        Mixed("Dialyzer", n + "Dialyzer",
              "rate ~ (pressure + I(pressure^2) + I(pressure^3) + I(pressure^4)) * QB",
              [by("Subject", "pressure + I(pressure^2)", True)]),
        Mixed("Dialyzer.one", n + "Dialyzer", "rate ~ (pressure + I(pressure^2)) * QB",
              [by("Subject")]),
        Mixed("Wafer", n + "Wafer", "current ~ voltage + I(voltage^2)",
              [by("Wafer", "voltage + I(voltage^2)"), by("Wafer:Site", "voltage + I(voltage^2)")]),
        Mixed("Wafer.slopes", n + "Wafer", "current ~ voltage + I(voltage^2)",
              [by("Wafer", "voltage", True), by("Wafer:Site", "voltage", True)]),
        Mixed("Glucose2", n + "Glucose2", "glucose ~ Time + I(Time^2) + I(Time^3) + I(Time^4)",
              [by("Subject"), by("Subject:Date")]),
        Mixed("Glucose", n + "Glucose", "conc ~ Time * Meal", [by("Subject")]),
        Mixed("ergoStool", n + "ergoStool", "effort ~ Type", [by("Subject")]),
        Mixed("Alfalfa", n + "Alfalfa", "Yield ~ Date * Variety",
              [by("Block"), by("Block:Variety")]),
        Mixed("Assay", n + "Assay", "logDens ~ sample * dilut",
              [by("Block"), by("Block:sample"), by("Block:dilut")]),
        Mixed("Gun", n + "Gun", "rounds ~ Method + Physique", [by("Team")]),
        Mixed("IGF", n + "IGF", "conc ~ age", [by("Lot", "age")]),
        Mixed("IGF.full", n + "IGF", "conc ~ age", [by("Lot", "age", True)]),
        Mixed("MathAchieve", n + "MathAchieve", "MathAch ~ SES * MEANSES + Minority + Sex",
              [by("School", "SES", True)]),
        Mixed("bdf", n + "bdf", "langPOST ~ IQ.ver.cen + avg.IQ.ver.cen",
              [by("schoolNR", "IQ.ver.cen", True)]),
        Mixed("bdf.raw", n + "bdf", "langPOST ~ IQ.verb + ses + aritPRET",
              [by("schoolNR", "IQ.verb", True)]),
        Mixed("BodyWeight", n + "BodyWeight", "weight ~ Time * Diet", [by("Rat", "Time", True)]),
        Mixed("Spruce", n + "Spruce", "logSize ~ days", [by("plot"), by("Tree", "days", True)]),
        Mixed("Spruce.one", n + "Spruce", "logSize ~ days + I(days^2)", [by("Tree")]),
        Mixed("Meat", n + "Meat", "score ~ Storage", [by("Block"), by("Pair")]),
        Mixed("Oxide", n + "Oxide", "Thickness ~ 1", [by("Lot"), by("Lot:Wafer")]),
        Mixed("Oxide.source", n + "Oxide", "Thickness ~ Source", [by("Lot"), by("Lot:Wafer")]),
        Mixed("RatPupWeight", n + "RatPupWeight", "weight ~ Treatment * sex + Lsize",
              [by("Litter")]),
        Mixed("Relaxin", n + "Relaxin", "cAMP ~ conc", [by("Run", "conc", True)]),
        Mixed("Tetracycline1", n + "Tetracycline1",
              "conc ~ Formulation * (Time + I(Time^2))", [by("Subject")]),
        Mixed("Tetracycline2", n + "Tetracycline2", "conc ~ Formulation * Time",
              [by("Subject"), by("Subject:Formulation")]),
        Mixed("Wheat", n + "Wheat", "DryMatter ~ Moisture * fertilizer", [by("Tray")]),
        Mixed("Wheat2", n + "Wheat2", "yield ~ variety", [by("Block")]),
        Mixed("Gasoline", n + "Gasoline", "yield ~ endpoint", [by("Sample")]),
        Mixed("Gasoline.vapor", n + "Gasoline", "yield ~ endpoint + vapor + API + ASTM",
              [by("Sample")]),
        Mixed("Fatigue", n + "Fatigue", "relLength ~ cycles + I(cycles^2)",
              [by("Path", "cycles", True)]),
        Mixed("Earthquake", n + "Earthquake", "log(accel) ~ log(distance) + Richter + soil",
              [by("Quake")]),
        Mixed("Muscle", n + "Muscle", "length ~ log(conc)", [by("Strip", "log(conc)", True)]),
        Mixed("Nitrendipene", n + "Nitrendipene", "activity ~ log.NIF + I(log.NIF^2)",
              [by("Tissue")]),
        Mixed("PBG", n + "PBG", "deltaBP ~ log(dose) * Treatment",
              [by("Rabbit"), by("Rabbit:Treatment")]),
        Mixed("Cefamandole", n + "Cefamandole", "log(conc) ~ Time + I(Time^2)",
              [by("Subject", "Time", True)]),
        Mixed("Soybean", n + "Soybean", "log(weight) ~ Year * Variety + Time + I(Time^2)",
              [by("Plot", "Time", True)]),
        Mixed("Phenobarb", n + "Phenobarb", "log(conc) ~ log(Wt) + time", [by("Subject")]),
        Mixed("Quinidine", n + "Quinidine", "log(conc) ~ glyco + Weight + Age + time",
              [by("Subject")]),
        Mixed("Remifentanil", f"subset({n}Remifentanil, conc > 0)",
              "log(conc) ~ Time + I(Time^2) + Age + Wt", [by("Subject", "Time", True)]),
        Mixed("MathAchSchool", n + "MathAchSchool", "MEANSES ~ Size + PRACAD + DISCLIM + HIMINTY",
              [by("Sector")]),
        Mixed("Orange.line", "datasets::Orange", "circumference ~ age",
              [by("Tree", "age", True)]),
        Mixed("Loblolly.square", "datasets::Loblolly", "height ~ age + I(age^2)",
              [by("Seed", "age", True)]),
        Mixed("CO2", "datasets::CO2", "uptake ~ log(conc) + Treatment * Type", [by("Plant")]),
        Mixed("CO2.raw", "datasets::CO2", "uptake ~ conc + I(conc^2) + Treatment * Type",
              [by("Plant", "conc", True)]),
        Mixed("ChickWeight", "datasets::ChickWeight", "weight ~ Time * Diet",
              [by("Chick", "Time", True)]),
        Mixed("Indometh", "datasets::Indometh", "log(conc) ~ time + I(time^2)",
              [by("Subject", "time", True)]),
        Mixed("Theoph", "datasets::Theoph", "conc ~ Time + I(Time^2) + Dose",
              [by("Subject", "Time", True)]),
    ]


def curves() -> list[Curve]:
    logis = "Asym / (1 + exp((xmid - t) / scal))"
    rise = "Asym + (R0 - Asym) * exp(-exp(lrc) * t)"
    orange = dict(Asym=P(190, y=1), xmid=P(720, x=1), scal=P(350, x=1))
    pine = dict(Asym=P(101, y=1), R0=P(-8.6, y=1), lrc=P(-3.2, x=-1, log=True))
    offset = "Asym * (1 - exp(-exp(lrc) * (t - c0)))"
    co2 = dict(Asym=P(30, y=1), lrc=P(-4.7, x=-1, log=True), c0=P(50, x=1))
    two = "A1 * exp(-exp(l1) * t) + A2 * exp(-exp(l2) * t)"
    dose = "dose * exp(lKe + lKa - lCl) * (exp(-exp(lKe) * t) - exp(-exp(lKa) * t)) / (exp(lKa) - exp(lKe))"
    theoph = dict(lKe=P(-2.5, x=-1, log=True), lKa=P(0.4, x=-1, log=True),
                  lCl=P(-3.2, y=-1, x=-1, log=True))
    soy = dict(Asym=P(19, y=1), xmid=P(55, x=1), scal=P(8.4, x=1))
    four = "A + (B - A) / (1 + exp((xmid - t) / scal))"
    alike = dict(A1="A2", A2="A1", l1="l2", l2="l1")
    upside = dict(A="B", B="A", scal="-scal")
    puro = "subset(datasets::Puromycin, state == 'treated')"
    return [
        Curve("Orange.nls", "datasets::Orange", "circumference", {"t": "age"}, logis, orange,
              ["t"]),
        Curve("Orange.nlme", "datasets::Orange", "circumference", {"t": "age"}, logis, orange,
              ["t"], "Tree", "Asym"),
        Curve("Loblolly.nls", "datasets::Loblolly", "height", {"t": "age"}, rise, pine, ["t"]),
        Curve("Loblolly.nlme", "datasets::Loblolly", "height", {"t": "age"}, rise, pine, ["t"],
              "Seed", "Asym"),
        Curve("CO2.nls", "datasets::CO2", "uptake", {"t": "conc"}, offset, co2, ["t"]),
        Curve("CO2.nlme", "datasets::CO2", "uptake", {"t": "conc"}, offset, co2, ["t"], "Plant",
              "Asym"),
        Curve("Soybean.nls", "nlme::Soybean", "weight", {"t": "Time"}, logis, soy, ["t"]),
        Curve("Soybean.nlme", "nlme::Soybean", "weight", {"t": "Time"}, logis, soy, ["t"], "Plot",
              "Asym"),
        Curve("Indometh.nls", "datasets::Indometh", "conc", {"t": "time"}, two,
              dict(A1=P(2.8, y=1), l1=P(0.8, x=-1, log=True), A2=P(0.6, y=1),
                   l2=P(-1.3, x=-1, log=True)), ["t"], swap=alike),
        Curve("Indometh.nlme", "datasets::Indometh", "conc", {"t": "time"}, two,
              dict(A1=P(0.6, y=1), l1=P(-1.3, x=-1, log=True), A2=P(2.8, y=1),
                   l2=P(0.8, x=-1, log=True)), ["t"], "Subject", "A1"),
        Curve("Cefamandole.nls", "nlme::Cefamandole", "conc", {"t": "Time"}, two,
              dict(A1=P(200, y=1), l1=P(-2.8, x=-1, log=True), A2=P(40, y=1),
                   l2=P(-4.4, x=-1, log=True)), ["t"], swap=alike),
        Curve("Theoph.nls", "datasets::Theoph", "conc", {"t": "Time", "dose": "Dose"}, dose,
              theoph, ["t"]),
        Curve("PBG.nls", "nlme::PBG", "deltaBP", {"t": "log(dose)"}, four,
              dict(A=P(0, y=1), B=P(28, y=1), xmid=P(3.6, x=1), scal=P(0.3, x=1)), ["t"],
              swap=upside),
        Curve("Relaxin.nls", "nlme::Relaxin", "cAMP", {"t": "log(conc)"}, four,
              dict(A=P(3, y=1), B=P(101, y=1), xmid=P(1.3, x=1), scal=P(0.54, x=1)), ["t"],
              swap=upside),
        Curve("Dialyzer.nls", "nlme::Dialyzer", "rate", {"t": "pressure"}, offset,
              dict(Asym=P(50, y=1), lrc=P(0.7, x=-1, log=True), c0=P(0.22, x=1)), ["t"]),
        Curve("Puromycin.nls", puro, "rate", {"t": "conc"}, "Vm * t / (K + t)",
              dict(Vm=P(200, y=1), K=P(0.06, x=1)), ["t"]),
        Curve("BOD.nls", "datasets::BOD", "demand", {"t": "Time"}, "A * (1 - exp(-exp(lrc) * t))",
              dict(A=P(19, y=1), lrc=P(-0.6, x=-1, log=True)), ["t"]),
        Curve("DNase.nls", "datasets::DNase", "density", {"t": "log(conc)"}, logis,
              dict(Asym=P(2.4, y=1), xmid=P(1.5, x=1), scal=P(1.0, x=1)), ["t"]),
        Curve("DNase.nlme", "datasets::DNase", "density", {"t": "log(conc)"}, logis,
              dict(Asym=P(2.4, y=1), xmid=P(1.5, x=1), scal=P(1.0, x=1)), ["t"], "Run", "Asym"),
    ]


OVARY = """plate rows
plate mares = levels(mare)
input mare[rows] : mares
input s1[rows], c1[rows]
param b_one, b_s, b_c : real
param sd_one, sd_s, sigma : positive
param phi : real(-1, 1)
latent u[mares] ~ Normal(0, sd_one)
latent v[mares] ~ Normal(0, sd_s)
let m[rows] = b_one + b_s * s1 + b_c * c1 + u[mare] + v[mare] * s1
observe y[t in rows] ~ if t == 1 then Normal(m[t], sigma)
  else if mare[t] != mare[t-1] then Normal(m[t], sigma)
  else Normal(m[t] + phi * (y[t-1] - m[t-1]), sigma * sqrt(1 - phi^2))
"""

SEXES = """plate rows
plate subjects = levels(subject)
plate sexes = levels(sex)
input subject[rows] : subjects
input sex[rows] : sexes
input age[rows]
param a[sexes], b[sexes] : real
param tau : positive
param sigma[sexes] : positive
latent u[subjects] ~ Normal(0, tau)
observe y[rows] ~ Normal(a[sex] + b[sex] * age + u[subject], sigma[sex])
"""

POWER = """plate rows
plate flows = levels(flow)
input flow[rows] : flows
input p[rows] : positive
param b0[flows], b1[flows], b2[flows], b3[flows], b4[flows] : real
param sigma : positive
param delta : real
observe y[rows] ~ Normal(b0[flow] + b1[flow] * p + b2[flow] * p^2 + b3[flow] * p^3
  + b4[flow] * p^4, sigma * p^delta)
"""


def written() -> list[Written]:
    """With correlated errors, or a spread that varies (Pinheiro and Bates 2000, chapter 5)."""
    tight = "control = lmeControl(msTol = 1e-11, tolerance = 1e-10, returnObject = TRUE)"
    fixed = {"b_one": "fixef(fit)[[1]]", "b_s": "fixef(fit)[[2]]", "b_c": "fixef(fit)[[3]]"}
    spreads = {"sd_one": "as.numeric(VarCorr(fit)[1, 2])", "sd_s": "as.numeric(VarCorr(fit)[2, 2])"}
    ovary = {**fixed, **spreads, "sigma": "fit$sigma",
             "phi": "coef(fit$modelStruct$corStruct, unconstrained = FALSE)[[1]]"}
    sexes = {f"{n}[{sex}]": f"fixef(fit)[['{r}']]" for sex in ("Male", "Female")
             for n, r in (("a", f"sex{sex}"), ("b", f"sex{sex}:age"))}
    ratio = "fit$sigma * coef(fit$modelStruct$varStruct, FALSE, allCoef = TRUE)"
    sexes |= {f"sigma[{sex}]": f"({ratio})[['{sex}']]" for sex in ("Male", "Female")}
    sexes |= {"tau": "as.numeric(VarCorr(fit)[1, 2])"}
    flows = {f"b{k}[{flow}]": f"coef(fit)[[{5 * j + k + 1}]]" for j, flow in enumerate((200, 300))
             for k in range(5)}
    flows |= {"sigma": "fit$sigma", "delta": "coef(fit$modelStruct$varStruct)[[1]]"}
    inside = " + ".join(f"as.numeric(flow == {f}) + " + " + ".join(
        f"I(p^{k} * (flow == {f}))" for k in range(1, 5)) for f in (200, 300))
    return [
        Written("Ovary.ar1", "nlme::Ovary",
                dict(y="follicles", s1="sin(2 * pi * Time)", c1="cos(2 * pi * Time)", mare="Mare"),
                "lme(y ~ s1 + c1, d, random = list(mare = pdDiag(~s1)), correlation = corAR1(), "
                f"method = 'ML', {tight})",
                ovary, {n: 0 if n == "phi" else 1 for n in ovary}, OVARY),
        Written("Orthodont.sexes", "nlme::Orthodont",
                dict(y="distance", age="age", subject="Subject", sex="Sex"),
                "lme(y ~ 0 + sex + age:sex, d, random = ~1 | subject, "
                f"weights = varIdent(form = ~1 | sex), method = 'ML', {tight})",
                sexes, {n: 1 for n in sexes}, SEXES),
        Written("Dialyzer.power", "nlme::Dialyzer",
                dict(y="rate", p="pressure", flow="QB"),
                f"gls(y ~ 0 + {inside}, d, weights = varPower(form = ~p), method = 'ML', "
                "control = glsControl(msTol = 1e-11, tolerance = 1e-10))",
                flows, {n: 0 if n == "delta" else 1 for n in flows}, POWER),
    ]


def everything(rows: str) -> list[Mixed | Curve | Written]:
    return [*lme4(rows), *nlme_linear(), *glmmtmb(), *curves(), *written()]
