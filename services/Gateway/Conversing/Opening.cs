using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Conversing;

/// <summary>Opens conversations with Agents, and turns what stands in the way into refusals.</summary>
internal sealed class Opening(IConversations conversations)
{
    /// <summary>Asks the Agent of an instance.</summary>
    /// <exception cref="RefusedException">It is away.</exception>
    public async Task<Conversation> OpenAsync<T>(string instanceId, string kind, T asked, CancellationToken cancel)
    {
        try
        {
            var opening = new Part(kind, JsonSerializer.SerializeToUtf8Bytes(asked, EcsJson.Options));
            return await conversations.OpenAsync(instanceId, opening, cancel);
        }
        catch (NobodyThereException gone)
        {
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, new(
                "AgentUnavailableException",
                $"The Agent of container instance {instanceId} cannot be asked now ({gone.Message}): it is away, or "
                + "of a version that cannot do this. The task's containers run on without it."));
        }
        catch (BusUnavailableException fault)
        {
            throw new RefusedException(
                StatusCodes.Status500InternalServerError, new(ErrorTypes.Server, fault.Message));
        }
    }

    /// <summary>What an Agent refused, said with what the house knows of the task.</summary>
    public static RefusedException Refusal(Part refused, TaskDescription task)
    {
        var error = JsonSerializer.Deserialize<CommandError>(refused.Body.Span, EcsJson.Options)!;
        var because = task.LastStatus switch
        {
            LifecycleStatus.Stopped => " It is STOPPED; the containers of a stopped task are removed after a while.",
            LifecycleStatus.Running => "",
            var status => $" It is {EcsJson.Word(status)}.",
        };
        return RefusedException.Conflict(error.Message + because);
    }

    /// <summary>Works on a request whose refusals are thrown, and answers with them.</summary>
    public static async Task RunAsync(HttpContext http, Func<Caller, Task> work)
    {
        if (await TryAsync(http, work) is { } refused && !http.Response.HasStarted)
        {
            await EcsReply.RefuseAsync(http, refused.Status, refused.Error);
        }
    }

    /// <summary>Works on a request; gives what refused it.</summary>
    public static async Task<RefusedException?> TryAsync(HttpContext http, Func<Caller, Task> work)
    {
        try
        {
            await work(Caller.Of(http));
            return null;
        }
        catch (RefusedException refused)
        {
            return refused;
        }
        catch (ConversationLostException lost)
        {
            return new RefusedException(StatusCodes.Status503ServiceUnavailable, new(
                "AgentUnavailableException", $"The Agent was lost: {lost.Message}."));
        }
        catch (TimeoutException late)
        {
            return new RefusedException(
                StatusCodes.Status500InternalServerError, new(ErrorTypes.Server, late.Message));
        }
    }
}
