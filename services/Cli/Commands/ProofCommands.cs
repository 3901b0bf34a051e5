using System.CommandLine;
using System.Text.Json;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;
using Ecs.Cli.Proof;

namespace Ecs.Cli.Commands;

/// <summary><c>ecs verify</c> and <c>ecs checkpoint</c>: whether the log is still what was written.</summary>
internal static class ProofCommands
{
    /// <summary>The commands.</summary>
    public static IEnumerable<Command> All(EcsCommandLine line) =>
        [Verify(line), Checkpoint(line), MovingCommands.Export(line), MovingCommands.Import(line)];

    private static Command Checkpoint(EcsCommandLine line)
    {
        var sign = new Option<string?>("--sign-with")
        {
            Description = "Sign it with this private key: ECDSA, PEM (openssl ecparam -name prime256v1 -genkey).",
            HelpName = "FILE",
        };
        var command = new Command(
            "checkpoint", "Print the end of the log as a checkpoint, to be kept where the log is not.") { sign };
        return line.Runs(command, async (session, parsed) =>
        {
            using var key = parsed.GetValue(sign) is { } file ? CheckpointKeys.Private(file) : null;
            var end = await session.Endpoint.GetAsync("checkpoint", session.Cancel);
            session.Screen.Json(CheckpointFile.Write(end, key));
            return ExitCodes.Done;
        });
    }

    private static Command Verify(EcsCommandLine line)
    {
        var file = new Option<string?>("--checkpoint")
        {
            Description = "A checkpoint that was kept: then a cut end and a history written anew are found too.",
            HelpName = "FILE",
        };
        var publicKey = new Option<string?>("--public-key")
        {
            Description = "The checkpoint must be signed by this key: PEM.",
            HelpName = "FILE",
        };
        var command = new Command("verify", "Walk the chain of commits and name the first thing that was altered.")
        {
            file, publicKey,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var checkpoint = Read(parsed.GetValue(file), parsed.GetValue(publicKey));
            var asked = checkpoint is null ? "verify" : $"verify?number={checkpoint.Number}&hash={checkpoint.Hash}";
            var report = await ReportLines.ReadAsync(session, asked, "the log was verified");
            if (session.Json) session.Screen.Json(report);
            else Show(session, report.Deserialize<ReportView>(Views.Reading)!, checkpoint);
            return report.GetProperty("whole").GetBoolean() ? ExitCodes.Done : ExitCodes.NotWhole;
        });
    }

    private static KeptCheckpoint? Read(string? file, string? publicKey)
    {
        if (file is null)
        {
            return publicKey is null
                ? null
                : throw new UsageException("--public-key is the key of a checkpoint: give --checkpoint too.");
        }

        using var key = publicKey is null ? null : CheckpointKeys.Public(publicKey);
        return CheckpointFile.Read(file, key);
    }

    private static void Show(Session session, ReportView report, KeptCheckpoint? checkpoint)
    {
        if (report.Fault is { } fault)
        {
            session.Screen.Line($"[red bold]The log is not as it was written[/]: {Words.Safe(fault.Reason)}.");
            session.Screen.Line($"  what      {Words.Safe(fault.Kind)}");
            session.Screen.Line($"  commit    {fault.Commit}");
            if (fault.Position is { } position) session.Screen.Line($"  position  {position}");
            if (fault.Stream is { } stream) session.Screen.Line($"  stream    {Words.Safe(stream)}");
            if (fault.Command is { } command) session.Screen.Line($"  command   {Words.Safe(command)}");
            session.Screen.Line($"{report.Commits} commits with {report.Events} events before it hold.");
            return;
        }

        session.Screen.Line(
            $"[green bold]The log is whole[/]: {report.Commits} commits with {report.Events} events, up to position "
            + $"{report.Head!.Position}, hash {Words.Safe(report.Head.Hash)}.");
        session.Screen.Line(checkpoint is null
            ? "Without a checkpoint it cannot be known whether its end was cut off, or all behind some commit was "
                + "written anew; [bold]ecs checkpoint[/] makes one."
            : $"It goes through the checkpoint of commit {checkpoint.Number}, {Words.Safe(checkpoint.Trust)}.");
    }

    private sealed record ReportView(long Commits, long Events, HeadView? Head, FaultView? Fault);

    private sealed record HeadView(long Position, string? Hash);

    private sealed record FaultView(
        string? Kind, long Commit, long? Position, string? Stream, string? Command, string? Reason);
}
