using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Restoring;

/// <summary>Backup and restore of a house's log as docs/backup.md says it.</summary>
internal static class Backup
{
    private const string File = "/tmp/ecs.dump";

    // Where Debian has PostgreSQL's programs, and where others do.
    private const string Begin = "export PATH=$PATH:$(echo /usr/lib/postgresql/*/bin) PGPASSWORD=ecs;";

    private const string Where = "-h 127.0.0.1 -U ecs";

    /// <summary>Takes a backup, whatever the house does meanwhile.</summary>
    public static Task TakeAsync(EcsStack stack) => RunAsync(stack, $"pg_dump {Where} -Fc ecs > {File}");

    /// <summary>Stops what uses the log, restores it, goes on with it, and starts the services again.</summary>
    /// <returns>What <c>ecs-scheduler restored</c> said.</returns>
    public static async Task<string> RestoreAsync(EcsStack stack)
    {
        var services = new[] { stack.Registry, stack.Scheduler, stack.Auditor };
        foreach (var service in services) await service.TerminateAsync();
        await RunAsync(stack, $"pg_restore {Where} -d ecs --clean --if-exists {File}");

        await DoAsync(stack.Another("Registry", "migrate-restored", null, stack.OfTheOwner), "migrate");
        var restored = stack.Another("Scheduler", "restored", null, stack.OfTheOwner);
        await DoAsync(restored, "restored");

        foreach (var service in services) service.Start();
        foreach (var service in services) await service.WhenReadyAsync();
        return restored.Tail(1);
    }

    private static async Task DoAsync(ServiceProcess program, string argument)
    {
        var code = await program.RunAsync(argument);
        Assert.True(code == 0, $"{program.Name} ended with {code}:\n{program.Tail()}");
    }

    private static async Task RunAsync(EcsStack stack, string script)
    {
        var run = await stack.Backbone.Postgres.Container.ExecAsync(["sh", "-c", $"{Begin} {script}"]);
        Assert.True(run.ExitCode == 0, $"{script}\n{run.Stdout}\n{run.Stderr}");
    }
}
