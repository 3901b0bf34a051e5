namespace Ecs.Log;

/// <summary>What is said of faults that are of no single event or command.</summary>
internal static class ChainWords
{
    public static ChainFault NoHead() => new(0, null, "the row that says where the log ends is not there")
    {
        Kind = ChainFaultKind.HeadAltered,
    };

    public static ChainFault WrongHead(ChainCommit last) =>
        new(last.Number, null, $"the head of the log is not its last commit, {last.Number}")
        {
            Kind = ChainFaultKind.HeadAltered,
        };

    public static ChainFault NoCommit(long number) =>
        new(number, null, $"commit {number} is missing") { Kind = ChainFaultKind.CommitMissing };

    public static ChainFault WrongRow(ChainCommit commit, string what) =>
        new(commit.Number, commit.FirstPosition, $"the row of commit {commit.Number} was altered: {what}")
        {
            Kind = ChainFaultKind.CommitAltered,
        };

    public static ChainFault Rewritten(CommitMark checkpoint) => new(
        checkpoint.Number,
        null,
        $"the log is whole in itself, but commit {checkpoint.Number} is not the one of the checkpoint: what stands up "
        + "to it was written anew")
    {
        Kind = ChainFaultKind.HistoryRewritten,
    };

    /// <summary>What a checkpoint says of a log that ends before it.</summary>
    public static ChainFault? Against(CommitMark? checkpoint, LogHead head) =>
        checkpoint is null || checkpoint.Number <= head.Number
            ? null
            : new ChainFault(
                head.Number + 1,
                null,
                $"the log ends with commit {head.Number}, and the checkpoint was taken at commit {checkpoint.Number}: "
                + "its end was cut off")
            {
                Kind = ChainFaultKind.TailCut,
            };
}
