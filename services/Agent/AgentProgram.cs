using Ecs.Agent.Conversing;
using Ecs.Agent.Docker;
using Ecs.Agent.Joining;
using Ecs.Agent.Machine;
using Ecs.Agent.Reporting;
using Ecs.Bus;
using Ecs.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecs.Agent;

/// <summary>Puts the Agent together; settings come from the environment or as <c>--NAME=value</c>.</summary>
public static class AgentProgram
{
    /// <summary>Runs an Agent to its end.</summary>
    /// <returns>The process's exit code: 0, or 2 where a setting is wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // Nothing of it can begin without a key: all that it says is signed.
            if (await WaitingForKey.OpenAsync(args) is { } key) await Build(args, key).RunToEndAsync();
            return 0;
        }
        catch (SettingException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }
    }

    /// <summary>An Agent that is ready to run.</summary>
    /// <exception cref="SettingException">A setting has a value that it cannot have.</exception>
    private static WebApplication Build(string[] args, SigningKey key) => Build(args, (services, configuration) =>
        services.AddSingleton(key).AddEcsBus(new BusOptions(configuration.GetBusUri(), "agent")));

    /// <summary>An Agent on another bus, for tests.</summary>
    internal static WebApplication Build(string[] args, Action<IServiceCollection, IConfiguration> addBus)
    {
        var builder = EcsHost.CreateBuilder(args, AgentSettings.DefaultHttp);
        var settings = AgentSettings.Read(builder.Configuration);

        // First, so that it stops last: what was seen until the end can still be told.
        addBus(builder.Services, builder.Configuration);
        builder.Services.AddSingleton(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => new Engine(settings.DockerHost));
        builder.Services.TryAddSingleton(new KernelPorts());
        builder.Services.AddSingleton<Membership>();
        builder.Services.AddSingleton<Reporter>();
        builder.Services.AddSingleton<ConversationDesk>();
        builder.Services.AddHostedService<AgentService>();
        builder.Services.AddAgentHealth();
        return builder.Build().MapHealth();
    }
}
