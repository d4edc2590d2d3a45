// CommandCatalog: every verb in one place. A new verb is one file and one line here.

enum CommandCatalog {
    static let all: [any Command] = [
        // Build
        NetCommand(), LossCommand(), InitCommand(), MinimizeCommand(), LandscapeCommand(), OptimizerCommand(),
        RuleCommand(), ActivationCommand(),
        ScheduleCommand(), DataCommand(), SplitCommand(), NormalizeCommand(), BatchCommand(), OrderCommand(),
        SeedCommand(), NewCommand(),
        // Step
        ForwardCommand(), BackwardCommand(), UpdateCommand(), StepCommand(), TrainCommand(), AccumulateCommand(),
        NextCommand(), BackCommand(), GotoCommand(), UndoCommand(), RedoCommand(), HistoryCommand(), TrialsCommand(),
        RaceCommand(), SearchCommand(),
        ForkCommand(), ForksCommand(), SwitchCommand(),
        // Inspect
        PrintCommand(), ShowCommand(), ParamsCommand(), GradsCommand(), StateCommand(), ExplainCommand(), WhyCommand(),
        ListCommand(), DiffCommand(), GraphCommand(), CheckCommand(), FansCommand(), PlotCommand(),
        HessianCommand(), EigCommand(), CriticalCommand(), SharpnessCommand(),
        // Debug
        WatchCommand(), BreakCommand(), DisplayCommand(), BreakpointsCommand(), DeleteCommand(), ContinueCommand(),
        // Scripts and files
        ExpectCommand(), RunCommand(), SaveCommand(), LoadCommand(), DigitsCommand(), HelpCommand(), QuitCommand(),
        LessonsCommand(), LessonCommand(), AskCommand(),
    ]
    private static let byVerb = Dictionary(uniqueKeysWithValues: all.map { ($0.verb, $0) })

    static func command(_ verb: String) -> (any Command)? { byVerb[verb] }

    /// The only verb that begins with `prefix`, nil when there is none or more than one.
    static func expansion(of prefix: String) -> String? {
        let matches = all.map(\.verb).filter { $0.hasPrefix(prefix) }
        return matches.count == 1 ? matches[0] : nil
    }
}
