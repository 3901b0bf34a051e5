using Ecs.Bus;
using Ecs.Hosting;

namespace Ecs.Agent.Joining;

/// <summary>
/// An Agent that has no key, since its disk does not take or give it: until it does it tells why on its health
/// endpoint, and does nothing else.
/// </summary>
internal static class WaitingForKey
{
    /// <summary>The Agent's key, as soon as there is one; null where the Agent is told to end before.</summary>
    /// <exception cref="SettingException">
    /// A setting is wrong, the file holds something else, or something else listens where health is to be told.
    /// </exception>
    public static async Task<SigningKey?> OpenAsync(string[] args)
    {
        var builder = EcsHost.CreateBuilder(args, AgentSettings.DefaultHttp);
        var path = AgentSettings.Read(builder.Configuration).KeyPath;
        if (KeyFile.TryOpen(path, out _) is { } key) return key;

        builder.Services.AddAgentHealth();
        await using var waiting = builder.Build().MapHealth();
        await waiting.StartListeningAsync();
        var ended = waiting.Lifetime.ApplicationStopping;
        try
        {
            return await KeyFile.OpenAsync(path, TimeProvider.System, WaitFor, ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            // The Agent itself listens where this one does.
            await waiting.StopAsync();
        }

        void WaitFor(string why)
        {
            waiting.Services.GetRequiredService<AgentHealth>().Waits(why);
            waiting.Logger.LogError("The Agent waits: {Why}", why);
        }
    }
}
