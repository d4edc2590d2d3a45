// CommandCatalog: every verb in one place. A new verb is one file and one line here.

enum CommandCatalog {
    static let all: [any Command] = [
        // Build
        NetCommand(), FreezeCommand(), UnfreezeCommand(), LossCommand(), InitCommand(), RBMCommand(), TransferCommand(),
        MinimizeCommand(),
        LandscapeCommand(), OptimizerCommand(), RuleCommand(), ActivationCommand(), RegularizeCommand(), ClipCommand(),
        MaxNormCommand(), EarlyStopCommand(), ProfileCommand(), ScheduleCommand(),
        DataCommand(), SplitCommand(), LabelsCommand(), NormalizeCommand(), BatchCommand(), OrderCommand(),
        AugmentCommand(),
        SeedCommand(), NewCommand(),
        // Step
        ForwardCommand(), BackwardCommand(), UpdateCommand(), StepCommand(), TrainCommand(), AccumulateCommand(),
        NextCommand(), GibbsCommand(), BackCommand(), GotoCommand(), UndoCommand(), RedoCommand(), HistoryCommand(),
        TrialsCommand(),
        RaceCommand(), SearchCommand(),
        ForkCommand(), ForksCommand(), SwitchCommand(),
        // Inspect
        PrintCommand(), ShowCommand(), ParamsCommand(), GradsCommand(), StateCommand(), ExplainCommand(), WhyCommand(),
        ListCommand(), DiffCommand(), GraphCommand(), CheckCommand(), FansCommand(), GapCommand(), PlotCommand(),
        HessianCommand(), EigCommand(), CriticalCommand(), SharpnessCommand(), ClockCommand(), NoiseCommand(),
        ScalingCommand(), AttackCommand(), RiskCommand(),
        // Debug
        WatchCommand(), BreakCommand(), DisplayCommand(), BreakpointsCommand(), DeleteCommand(), ContinueCommand(),
        // Scripts and files
        ExpectCommand(), RunCommand(), SaveCommand(), LoadCommand(), DigitsCommand(), HelpCommand(), QuitCommand(),
        LessonsCommand(), LessonCommand(), AskCommand(),
    ]
    private static let byVerb = Dictionary(uniqueKeysWithValues: all.map { ($0.verb, $0) })

    static func command(_ verb: String) -> (any Command)? { byVerb[verb] }

    /// The verbs that begin with `prefix`.
    static func expansions(of prefix: String) -> [String] { all.map(\.verb).filter { $0.hasPrefix(prefix) } }
}
