using System.Data.Common;
using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Hosting;
using Ecs.Leading;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Scheduler.Agents;
using Ecs.Scheduler.Definitions;
using Ecs.Scheduler.Queries;
using Ecs.Scheduler.Restoring;

namespace Ecs.Scheduler;

/// <summary>The Scheduler as a program: clusters, container instances and tasks, and where they run.</summary>
public static class SchedulerProgram
{
    /// <summary>
    /// The argument that goes on with a log that was restored from a backup, once and before a Scheduler runs, and
    /// ends.
    /// </summary>
    public const string Restored = "restored";

    /// <summary>Where the Scheduler's health is found if <see cref="Settings.Http"/> says nothing.</summary>
    public const string DefaultHttp = "http://127.0.0.1:8082";

    /// <summary>
    /// The setting of the silence, in seconds, after which an Agent counts as disconnected; 1 to 3600.
    /// </summary>
    public const string AgentSilence = "ECS_AGENT_SILENCE";

    /// <summary>Ten heartbeats: a broker that restarts is back before its Agents are given up.</summary>
    private const int DefaultAgentSilenceSeconds = 10;

    /// <summary>Runs the program, or <see cref="Restored"/>, to its end.</summary>
    /// <returns>
    /// The process's exit code: 0; 1 where the log cannot be gone on with; 2 where a setting is wrong.
    /// </returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is not [Restored, .. var settings])
            {
                await Build(args).RunToEndAsync();
                return 0;
            }

            var connection = EcsHost.CreateBuilder(settings, DefaultHttp).Configuration.GetLogConnection();
            LeadingSetup.CheckLogConnection(connection);
            Console.WriteLine(await RestoredLogs.GoOnAsync(connection, CancellationToken.None));
            return 0;
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e) when (args is [Restored, ..] && IsToldInWords(e))
        {
            await Console.Error.WriteLineAsync(
                $"The restored log is not gone on with: {e.Message}. It may be run again.");
            return 1;
        }
    }

    /// <summary>The program, ready to run.</summary>
    /// <exception cref="SettingException">A setting has a value that it cannot have.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = EcsHost.CreateBuilder(args, DefaultHttp);
        var configuration = builder.Configuration;
        builder.Services.AddEcsBus(new BusOptions(configuration.GetBusUri(), Services.Scheduler)
        {
            Heartbeat = BusSetup.LeaderHeartbeat,
        });
        builder.Services.AddEventLog(configuration.GetLogConnection());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DefinitionBook>();
        builder.Services.AddSingleton<SchedulerQueries>();
        builder.Services.AddSingleton<AgentDispatch>();
        var silence = Silence(configuration);
        builder.Services.AddSingleton(provider => new HeartbeatWatch(
            provider.GetRequiredService<IHeartbeats>(), silence, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<SchedulerRole>();
        builder.Services.AddLeadingService<FleetState>(
            provider => provider.GetRequiredService<SchedulerRole>().Create());
        return builder.Build().MapHealth();
    }

    private static bool IsToldInWords(Exception e) =>
        e is DbException or TimeoutException or LeaseHeldException
            or FencedException or Log.NotLeadingException or UnknownEventException;

    private static TimeSpan Silence(ConfigurationManager configuration)
    {
        var text = configuration[AgentSilence];
        if (string.IsNullOrEmpty(text)) return TimeSpan.FromSeconds(DefaultAgentSilenceSeconds);

        return int.TryParse(text, out var seconds) && seconds is >= 1 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new SettingException(AgentSilence, "a whole number of seconds from 1 to 3600");
    }
}
